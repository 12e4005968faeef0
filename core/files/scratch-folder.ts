/** Makes folders for what a command needs only while it runs. */

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../base/problem.ts";

/**
 * A new folder among the system's temporary files. Whoever makes it removes it.
 *
 * @param start What its name begins with.
 * @throws {UserError} If it cannot be made: the disk is full, or TMPDIR names no folder.
 */
export function scratchFolder(start: string): string {
  const folder = tmpdir();
  try {
    return mkdtempSync(join(folder, start));
  } catch (cause) {
    throw new UserError(
      {
        file: folder,
        message: "Cannot make a temporary folder",
        got: (cause as Error).message,
        fix: "make room there, or set TMPDIR to a folder that you can write to",
      },
      { cause },
    );
  }
}
