/** The error for tables that cannot be written. */

import { UserError } from "../base/problem.ts";

/** The disk is full, or a folder lacks permission: other tables will not fare better. */
export class ExtractionWriteError extends UserError {
  override readonly name = "ExtractionWriteError";
}

/** Does a step of writing. @throws {ExtractionWriteError} With the path and the system's reason. */
export function attemptWrite<T>(path: string, step: () => T): T {
  try {
    return step();
  } catch (cause) {
    const message = "Cannot write the tables";
    const got = (cause as Error).message;
    const isTaken = ["EEXIST", "ENOTEMPTY"].includes((cause as NodeJS.ErrnoException).code ?? "");
    const another = "name another --extract folder";
    const fix = isTaken
      ? `${another}: something is in the way there`
      : `make room on the disk, or ${another}`;
    throw new ExtractionWriteError({ file: path, message, got, fix }, { cause });
  }
}
