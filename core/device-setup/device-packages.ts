/** The packages that `native`, `cuda` and `webgpu` share, which are installed when one of them is set up. */

import { installPackages } from "../packages/install-packages.ts";

/**
 * Installs the packages of the devices.
 *
 * @param isThere Whether the packages of one device can be found.
 * @param say Gets a line about what takes the time.
 * @throws {UserError} If they cannot be installed.
 */
export async function installDevicePackages(
  isThere: () => boolean,
  say: (line: string) => void,
): Promise<void> {
  await installPackages("devices", { say });
  // They were installed once, and somebody deleted them.
  if (!isThere()) await installPackages("devices", { say, force: true });
}
