/** The files of a cache on disk, which may be deleted at any time. */

import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * How many files in a folder and below have names that end with `suffix`, and their bytes. Both are 0 without
 * a folder.
 */
export function cachedSize(folder: string, suffix: string): { files: number; bytes: number } {
  let files = 0;
  let bytes = 0;
  for (const path of cachedFiles(folder, suffix)) {
    files++;
    bytes += statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  }
  return { files, bytes };
}

/** Deletes these files and leaves others. @returns How many were deleted. */
export function deleteCached(folder: string, suffix: string): number {
  const paths = cachedFiles(folder, suffix);
  for (const path of paths) rmSync(path, { force: true });
  return paths.length;
}

function cachedFiles(folder: string, suffix: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(suffix))
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}
