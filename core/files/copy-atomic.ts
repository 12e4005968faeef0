/** Copies of files that appear in one step. */

import { closeSync, constants, copyFileSync, fsyncSync, linkSync, openSync, renameSync } from "node:fs";
import { dirname } from "node:path";
import { temporaryPath } from "./temporaries.ts";
import { removeQuietly, syncFolder } from "./write-atomic.ts";

/**
 * Gives a finished file a second name, and replaces the file that had this name in one step. If the file
 * system has hard links, nothing is copied: both names must only be replaced, as the writers of this room do,
 * and never written into.
 *
 * @throws The system's error as it came; the file under `target` is then untouched.
 */
export function copyFileAtomic(source: string, target: string): void {
  const temporary = temporaryPath(target);
  try {
    try {
      linkSync(source, temporary);
    } catch {
      // `target` is on another disk, or on a file system without links.
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
    // It still exists after a failure, and after a rename onto another name of the same file, which
    // does nothing.
    removeQuietly(temporary);
  }
  syncFolder(dirname(target));
}
