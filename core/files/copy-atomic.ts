import { closeSync, constants, copyFileSync, fsyncSync, linkSync, openSync, renameSync } from "node:fs";
import { dirname } from "node:path";
import { temporaryPath } from "./temporaries.ts";
import { removeQuietly, syncFolder } from "./write-atomic.ts";

/**
 * Gives a finished file a second name, replacing what stood there in one step. Where the file system has hard links
 * nothing is copied, so both names must only ever be replaced (as the writers here do) and never written into.
 *
 * @throws The system's error as it came; then what stood under `target` is untouched.
 */
export function copyFileAtomic(source: string, target: string): void {
  const temporary = temporaryPath(target);
  try {
    try {
      linkSync(source, temporary);
    } catch {
      // Another disk, or a file system without links.
      copyFileSync(source, temporary, constants.COPYFILE_EXCL);
      const file = openSync(temporary, "r+");
      try {
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
    }
    renameSync(temporary, target);
  } finally {
    // Still there after a failure, and after a rename onto another name of the same file, which does nothing.
    removeQuietly(temporary);
  }
  syncFolder(dirname(target));
}
