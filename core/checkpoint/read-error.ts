/** Errors about checkpoints that cannot be read. */

import { type Problem, UserError } from "../base/problem.ts";
import { BEST_CHECKPOINT, LAST_CHECKPOINT } from "../base/run-folder-names.ts";

const OTHERS = `${LAST_CHECKPOINT}, ${BEST_CHECKPOINT}`;

/** The fix for a file that is damaged, not of another kind. */
export const DAMAGED = `the file is damaged: take another copy, or another checkpoint of the run (${OTHERS})`;

/**
 * The error for a file that cannot be read as a checkpoint; `where` is an archive member, a tensor, a byte.
 */
export function unreadable(
  file: string,
  problem: Pick<Problem, "where" | "expected" | "got" | "fix">,
  cause?: unknown,
): UserError {
  return new UserError({ file, message: "Cannot read the checkpoint", ...problem }, { cause });
}
