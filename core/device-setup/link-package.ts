/** Links the package in node_modules to an installation, so that an import of the package finds it too. */

import { lstatSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";

const LINKED = ["lib", "deps"] as const;

/** Links `lib` and `deps` of the package to an installation, in place of what was there. */
export function linkPackage(packageFolder: string, installation: string): void {
  for (const name of LINKED) {
    const path = join(packageFolder, name);
    rmSync(path, { recursive: true, force: true });
    symlinkSync(join(installation, name), path, "dir");
  }
}

/** Removes the links to an installation. Other links and real folders stay. */
export function unlinkPackage(packageFolder: string, installation: string): void {
  for (const name of LINKED) {
    const path = join(packageFolder, name);
    if (isLink(path) && readlinkSync(path) === join(installation, name)) rmSync(path);
  }
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}
