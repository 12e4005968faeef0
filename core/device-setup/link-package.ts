/** Links from the package in node_modules to an installation, so that importing the package itself finds it too. */

import { lstatSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";

const LINKED = ["lib", "deps"] as const;

/** Points the package's `lib` and `deps` at an installation, in place of whatever stood there. */
export function linkPackage(packageFolder: string, installation: string): void {
  for (const name of LINKED) {
    const path = join(packageFolder, name);
    rmSync(path, { recursive: true, force: true });
    symlinkSync(join(installation, name), path, "dir");
  }
}

/** Removes the links to an installation; links elsewhere, and real folders, stay. */
export function unlinkPackage(packageFolder: string, installation: string): void {
  for (const name of LINKED) {
    const path = join(packageFolder, name);
    if (isLink(path) && readlinkSync(path) === join(installation, name)) rmSync(path);
  }
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}
