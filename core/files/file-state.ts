/** What stands under a path, without errors for what does not exist. */

import { lstatSync, type Stats, statSync } from "node:fs";
import { systemPath } from "../base/system-path.ts";

/** The size of a file in bytes; null if there is none, or something that is not a file. */
export function fileSize(path: string): number | null {
  const found = tryStat(path);
  return found?.isFile() ? found.size : null;
}

export function isFolder(path: string): boolean {
  return tryStat(path)?.isDirectory() ?? false;
}

/** True for a folder, but not for a link to one: links may lead in circles. */
export function isFolderItself(path: string): boolean {
  try {
    return lstatSync(systemPath(path)).isDirectory();
  } catch {
    return false;
  }
}

/**
 * The state of a file or folder; null if it is missing, if permission is lacking, or if a file is
 * part of the path.
 */
export function tryStat(path: string): Stats | null {
  try {
    return statSync(systemPath(path));
  } catch {
    return null;
  }
}
