import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { temporaryPath } from "./temporaries.ts";

/**
 * Writes a file so that its name never shows a half-written state: to a temporary file beside it, fsync, rename,
 * fsync of the folder. On failure the temporary file is removed and what stood under the name before is untouched.
 *
 * @param path The final name; its folder has to exist.
 * @param options.durable False: without fsync, which takes milliseconds. For what can be made again and whose reader
 *   notices damage: after a crash of the machine the file may be empty or the old one. @default true
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

/** Makes a rename in the folder durable. Systems that cannot open a folder (Windows) do without. */
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
    // Some network file systems refuse fsync on folders; the rename itself still holds.
  } finally {
    closeSync(handle);
  }
}

/** Removes what is left of a failed write, be it a file or a folder. That it cannot be removed either (EROFS) is not what the user needs to hear. */
export function removeQuietly(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // The failure that led here is the one that is reported.
  }
}
