/** How far the trainings of a k-fold validation are, as a file in its folder says. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../base/problem.ts";
import { keepFile } from "../files/write-output.ts";

const STATE = "folds.json";

/** One of the trainings. */
export interface FoldTraining {
  /** The name of its run's folder, beside that of the validation; null before it has begun. */
  run: string | null;
  isDone: boolean;
}

/** The content of `folds.json`. */
export interface FoldsState {
  readonly folds: number;
  /** One per fold, and the training on all sheets last. */
  readonly trainings: FoldTraining[];
}

/** Whether a path is the folder of a k-fold validation. */
export function isFoldsFolder(path: string): boolean {
  return existsSync(join(path, STATE));
}

/** @throws {UserError} If the file is damaged. */
export function readFoldsState(folder: string): FoldsState {
  const file = join(folder, STATE);
  try {
    return JSON.parse(readFileSync(file, "utf8")) as FoldsState;
  } catch (cause) {
    const got = (cause as Error).message;
    throw new UserError({ file, message: "Cannot go on with the folds", got, fix: "start anew" }, { cause });
  }
}

export function keepFoldsState(folder: string, state: FoldsState): void {
  keepFile(join(folder, STATE), `${JSON.stringify(state, null, 1)}\n`);
}
