/** Deletes a run without losing it: moves its folder into `.trash/` beside it. */

import { existsSync, mkdirSync, renameSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { UserError } from "../base/problem.ts";
import { isFolderHeld } from "../files/folder-lock.ts";
import { TRASH } from "./run-set.ts";

/**
 * @param path The run's folder.
 * @returns Where it lies now.
 * @throws {UserError} If a process works in the folder, or it cannot be moved.
 */
export function trashRun(path: string): string {
  if (isFolderHeld(path)) {
    throw new UserError({
      file: path,
      message: "Cannot delete this run",
      expected: "a run in which no process works",
      got: "one that trains, or is uploaded",
      fix: "stop it first",
    });
  }
  const trash = join(dirname(path), TRASH);
  try {
    mkdirSync(trash, { recursive: true });
    for (let number = 1; ; number++) {
      const place = join(trash, number === 1 ? basename(path) : `${basename(path)} (${number})`);
      if (existsSync(place)) continue;
      renameSync(path, place);
      return place;
    }
  } catch (cause) {
    throw new UserError(
      {
        file: path,
        message: "Cannot delete this run",
        expected: `a folder that can be moved to ${trash}`,
        got: (cause as Error).message,
        fix: "change the permissions, or move it yourself",
      },
      { cause },
    );
  }
}
