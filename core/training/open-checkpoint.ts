/** Opens the checkpoint that a run goes on from: the newest that can be read. */

import { basename } from "node:path";
import { UserError } from "../base/problem.ts";
import { LAST_CHECKPOINT } from "../base/run-folder-names.ts";
import { type LoadedCheckpoint, readCheckpoint } from "../checkpoint/detector-state.ts";
import { refuseNonFiniteWeights } from "../checkpoint/finite-weights.ts";
import { floatWeights } from "../checkpoint/state-dict.ts";
import type { RunConsole } from "../console/console.ts";
import { momentOf } from "./progress-state.ts";
import { type ResumeState, type ResumeTarget, resumeState } from "./resume.ts";
import { describeSaved, type SavedState } from "./saved-state.ts";

/** A checkpoint with all that a run needs to go on from it. */
export interface OpenedCheckpoint {
  readonly path: string;
  readonly loaded: LoadedCheckpoint;
  readonly state: ResumeState;
}

/**
 * Reads the only checkpoint of a target, or its `last.pt`. If there is none, or it is damaged or of no use,
 * the one with the most steps of the others is taken, and the console names it.
 *
 * @throws {UserError} If none can be used: the reason why the first cannot.
 */
export function openCheckpoint(
  { checkpoints }: Pick<ResumeTarget, "checkpoints">,
  console: RunConsole,
): OpenedCheckpoint {
  const [first, ...others] = checkpoints as readonly [string, ...string[]];
  let refusal: UserError | null = null;
  if (others.length === 0 || basename(first) === LAST_CHECKPOINT) {
    try {
      return open(first);
    } catch (error) {
      if (!(error instanceof UserError) || others.length === 0) throw error;
      refusal = error;
    }
  }
  const newest = newestOf(refusal ? others : checkpoints);
  if (newest === null) throw refusal ?? refusalOf(first);
  const taken = `going on from ${describeSaved(savedState(newest))}`;
  if (refusal) console.warn(`${refusal.message}\n  Therefore ${taken}.`);
  else console.line(`note: there is no ${LAST_CHECKPOINT}; ${taken}`);
  return newest;
}

function refusalOf(path: string): unknown {
  try {
    open(path);
    return new Error(`${path} could not be read, and now it can`);
  } catch (error) {
    return error;
  }
}

/** The state that an opened checkpoint holds. */
export function savedState({ path, state: { progress } }: OpenedCheckpoint): SavedState {
  return { name: basename(path), moment: momentOf(progress), isWholeEpoch: progress.stepInEpoch === 0 };
}

/** The one with the most steps of those that can be used. At most two are in memory at a time. */
function newestOf(paths: readonly string[]): OpenedCheckpoint | null {
  let newest: OpenedCheckpoint | null = null;
  for (const path of paths) {
    try {
      const opened = open(path);
      if (newest === null || opened.state.progress.step > newest.state.progress.step) newest = opened;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
    }
  }
  return newest;
}

function open(path: string): OpenedCheckpoint {
  const loaded = readCheckpoint(path);
  const state = resumeState(loaded.extra, path);
  refuseNonFiniteWeights(floatWeights(loaded.model), path);
  return { path, loaded, state };
}
