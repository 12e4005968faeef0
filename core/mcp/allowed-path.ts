/** Keeps a language model to the workbooks in the folders that the user has named. */

import { realpathSync } from "node:fs";
import { isAbsolute, join, relative, resolve } from "node:path";
import { UserError, usageError } from "../base/problem.ts";
import { isFolder } from "../files/file-state.ts";
import { givenPath } from "../files/folder-names.ts";

/** The folders, absolute and without links. @throws {UserError} Exit code 2, if one is no folder. */
export function allowedFolders(named: readonly string[]): string[] {
  return named.map(givenPath).map((folder) => {
    if (isFolder(folder)) return realpathSync(folder);
    throw usageError({ file: folder, message: "Cannot show this folder", expected: "a folder", got: "none" });
  });
}

/**
 * The file that a name means: absolute, or relative to one of the folders, the first in which it is.
 *
 * @returns Its absolute path without links.
 * @throws {UserError} If there is no such file in the folders. Whether there is one elsewhere is not said.
 */
export function allowedPath(name: string, folders: readonly string[]): string {
  for (const folder of folders) {
    const path = realPath(resolve(folder, name));
    if (path !== null && folders.some((each) => isInside(path, each))) return path;
  }
  throw new UserError({
    file: name,
    message: "Cannot find this workbook",
    expected: `a file in ${folders.join(" or ")}`,
    got: "no such file there",
  });
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== "" && way.split(/[\\/]/)[0] !== ".." && !isAbsolute(way) && path === join(folder, way);
}

function realPath(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}
