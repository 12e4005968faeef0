/** A new run that begins with the state of another one and goes its own way from there. */

import { basename, dirname } from "node:path";
import type { Config } from "../config/config.ts";
import type { OpenedCheckpoint } from "./open-checkpoint.ts";
import type { ProgressState } from "./progress-state.ts";
import type { ParentCheckpoint } from "./resume.ts";

/** What the checkpoints of a fork keep of its parent. */
export function parentOf({ path, state }: OpenedCheckpoint): ParentCheckpoint {
  const { step, epoch } = state.progress;
  return { run_id: state.runId, checkpoint: path, step, epoch };
}

/** The configuration of a fork: its notes name the parent, in `config.yaml` and wherever notes are shown. */
export function forkedConfig(config: Config, parent: OpenedCheckpoint): Config {
  const { run_id, checkpoint, step } = parentOf(parent);
  const run = basename(dirname(dirname(checkpoint))); // the folders above it are nobody's business
  const line = `forked from step ${step} of run ${run_id} ("${run}", ${basename(checkpoint)})`;
  const { notes } = config.experiment;
  const experiment = { ...config.experiment, notes: notes === "" ? line : `${notes}\n${line}` };
  return { ...config, experiment };
}

/**
 * Where a fork begins: at the step of its parent. Which epoch is best, and how long training took, counts
 * from there, since the files of the parent's best epoch are not the fork's.
 */
export function forkedProgress(progress: ProgressState): ProgressState {
  return { ...progress, best: null, lowest: null, seconds: 0 };
}
