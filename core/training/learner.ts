/** What a run trains: weights, their running average and the state of the optimiser. */

import { basename } from "node:path";
import { LAST_CHECKPOINT } from "../base/run-folder-names.ts";
import { sharedFloats } from "../base/shared-floats.ts";
import { loadAdamW } from "../checkpoint/adamw-state.ts";
import { locateCheckpoint } from "../checkpoint/locate-checkpoint.ts";
import { loadStateDict } from "../checkpoint/state-dict.ts";
import type { Config } from "../config/config.ts";
import type { RunConsole } from "../console/console.ts";
import { detectorSettings } from "../detection/detector-settings.ts";
import { countParameters } from "../model/architecture.ts";
import { createParameters, layOutParameters } from "../model/parameters.ts";
import { freshAdamW } from "../optim/adamw.ts";
import type { Learner } from "../optim/learner.ts";
import { loadInitialWeights } from "./initial-weights.ts";
import type { OpenedCheckpoint } from "./open-checkpoint.ts";
import { checkResume } from "./resume.ts";

/** Where a run goes on: the checkpoint of the run itself or, for a fork, that of its parent. */
export interface RunOrigin extends OpenedCheckpoint {
  readonly isFork: boolean;
}

/**
 * The learner of a fresh run: random weights, or those of `model.init`.
 *
 * @param runs The folder of the runs that `latest` is one of.
 */
export function freshLearner(config: Config, runs: string, console: RunConsole): Learner {
  const learner = newLearner(config);
  if (config.model.init !== null) {
    const locate = (named: string) => locateCheckpoint(named, { runs });
    console.line(loadInitialWeights(config.model, learner.parameters, locate));
  }
  learner.average?.set(learner.parameters.flat);
  return learner;
}

/**
 * The learner of a checkpoint.
 *
 * @param fingerprint The fingerprint of the data as it is now, see `dataFingerprint`.
 * @throws {UserError} If the configuration does not fit the checkpoint.
 */
export function resumedLearner(
  config: Config,
  { loaded, state, path, isFork }: RunOrigin,
  fingerprint: string,
  console: RunConsole,
): Learner {
  const learner = newLearner(config);
  const { parameters, average, optimizer } = learner;
  const notes = checkResume(state, config, path, state.data === fingerprint);
  loadStateDict(loaded.model, parameters, path);
  if (loaded.optimizer) loadAdamW(loaded.optimizer, parameters, optimizer, path);
  for (const note of notes) console.line(`note: ${note}`);
  if (average && !loaded.average) console.line("note: the average of the weights begins here");
  if (!isFork && basename(path) !== LAST_CHECKPOINT) {
    console.line(
      `note: going on from ${basename(path)}; what the run saved after it is replaced step by step`,
    );
  }
  if (average && loaded.average) {
    loadStateDict(loaded.average, layOutParameters(detectorSettings(config.model), average), path);
  } else {
    average?.set(parameters.flat);
  }
  return learner;
}

/** Its arrays lie in shared memory, so that threads can update slices of them. */
function newLearner({ model, experiment, training }: Config): Learner {
  const detector = detectorSettings(model);
  const size = countParameters(detector);
  return {
    parameters: createParameters(detector, experiment.seed, sharedFloats(size)),
    average: training.ema_decay === null ? null : sharedFloats(size),
    optimizer: freshAdamW(size),
  };
}
