/** Where the project lies on this machine, and where what it makes goes. */

import { join, resolve } from "node:path";

/**
 * The folder of the project, which holds `configs/`, `plugins/` and, in a clone, everything that commands
 * make. It does not depend on the current folder.
 */
export const PROJECT_ROOT: string = resolve(import.meta.dir, "../..");

/** Whether a folder of the project is that of an installed package rather than a clone. */
export function isInstalledPackage(root: string = PROJECT_ROOT): boolean {
  return /[\\/]node_modules[\\/]/.test(root);
}

/**
 * Where commands make runs unless the user names another folder: in a clone the project itself, and for an
 * installed package, which the next installation may replace, the current folder.
 */
export function workFolder(root: string = PROJECT_ROOT): string {
  return isInstalledPackage(root) ? process.cwd() : root;
}

/** The folder of the runs that commands make and look for unless the user names another one. */
export function runsFolder(root: string = PROJECT_ROOT): string {
  return join(workFolder(root), "runs");
}

/** Where caches lie: in a clone in the project, for an installed package beside the other packages. */
export function cacheFolder(root: string = PROJECT_ROOT): string {
  return isInstalledPackage(root) ? join(root, "..", ".cache", "tablesense2") : join(root, ".cache");
}

/** The folders that may hold a package that this one depends on, the nearest first. */
export function packageFolders(name: string, root: string = PROJECT_ROOT): string[] {
  const own = join(root, "node_modules", ...name.split("/"));
  return isInstalledPackage(root) ? [own, join(root, "..", ...name.split("/"))] : [own];
}
