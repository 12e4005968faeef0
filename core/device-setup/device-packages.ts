/** The packages that `native`, `cuda` and `webgpu` share, which are installed when one of them is set up. */

import { usageError } from "../base/problem.ts";
import { isInstalledPackage } from "../base/project-root.ts";
import { installPackages } from "../packages/install-packages.ts";

/**
 * Installs the packages of the devices.
 *
 * @param isThere Whether the packages of one device can be found.
 * @param say Gets a line about what takes the time.
 * @throws {UserError} If they cannot be installed, or this project is itself an installed package: then its
 *   packages are those of the project that uses it.
 */
export async function installDevicePackages(
  isThere: () => boolean,
  say: (line: string) => void,
): Promise<void> {
  if (isInstalledPackage()) throw otherProject();
  await installPackages("devices", { say });
  // They were installed once, and somebody deleted them.
  if (!isThere()) await installPackages("devices", { say, force: true });
}

function otherProject(): Error {
  return usageError({
    message: "Cannot install the packages of this device",
    expected:
      "them among the packages of your project: tablesense2 is installed there without its optional parts",
    fix: "bun add tablesense2, without --omit=optional",
  });
}
