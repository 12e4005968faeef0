/** Small files that appear in one step. */

import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { temporaryPath } from "./temporaries.ts";

/**
 * Writes a file whose name never shows a half-written state: it writes to a temporary file beside it, calls
 * fsync, renames it and calls fsync for the folder. On failure the temporary file is removed, and the file
 * under the name is untouched.
 *
 * @param path The final name; its folder has to exist.
 * @param options.durable False: fsync, which takes milliseconds, is left out. After a crash of the machine
 *   the file may then be empty or the old one. This is for files that can be made again and whose reader
 *   notices damage. @default true
 * @throws The system's error (ENOSPC, EROFS, EACCES …) as it came.
 */
export function writeFileAtomic(
  path: string,
  content: string | Uint8Array,
  { durable = true }: { durable?: boolean } = {},
): void {
  const temporary = temporaryPath(path);
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  try {
    const file = openSync(temporary, "wx");
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at);
      if (durable) fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    removeQuietly(temporary);
    throw error;
  }
  if (durable) syncFolder(dirname(path));
}

/** Makes a rename in the folder durable; does nothing on systems that cannot open a folder (Windows). */
export function syncFolder(folder: string): void {
  let handle: number;
  try {
    handle = openSync(folder, "r");
  } catch {
    return;
  }
  try {
    fsyncSync(handle);
  } catch {
    // Some network file systems refuse fsync for folders. The rename is done all the same.
  } finally {
    closeSync(handle);
  }
}

/**
 * Removes the file or folder of a failed write. If that fails too (EROFS), the first failure is
 * what the user needs.
 */
export function removeQuietly(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // The failure that led here is reported.
  }
}
