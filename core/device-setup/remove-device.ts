/** Removes an installation. */

import { existsSync, lstatSync, rmSync } from "node:fs";
import { join } from "node:path";
import { bindingPackage, nativeStore } from "../tensor/native/installation.ts";
import type { NativeDevice } from "../tensor/native/wheels.ts";
import { linkPackage, unlinkPackage } from "./link-package.ts";

/**
 * Removes what setup installed for a device, and what the package's own script downloaded.
 *
 * @returns The folders that were removed; empty if nothing was installed.
 */
export function removeDevice(device: NativeDevice, root?: string): string[] {
  const store = nativeStore(root);
  const folder = join(store, device);
  const packageFolder = bindingPackage(root);
  const removed: string[] = [];
  if (packageFolder !== null) unlinkPackage(packageFolder, folder);
  if (existsSync(folder)) {
    rmSync(folder, { recursive: true });
    removed.push(folder);
  }
  if (packageFolder === null) return removed;
  for (const name of ["lib", "deps"]) {
    const path = join(packageFolder, name);
    if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) {
      rmSync(path, { recursive: true });
      removed.push(path);
    }
  }
  const other = join(store, device === "native" ? "cuda" : "native");
  if (existsSync(other) && !existsSync(join(packageFolder, "lib"))) linkPackage(packageFolder, other);
  return removed;
}
