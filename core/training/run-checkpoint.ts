/** What a run saves: the dictionary of a checkpoint. */

import { checkpointValue } from "../checkpoint/detector-state.ts";
import type { PtWritable } from "../checkpoint/pt-value.ts";
import { schedulerState } from "../checkpoint/scheduler-state.ts";
import type { Learner } from "../optim/learner.ts";
import { learningRate, type Schedule } from "../optim/learning-rate.ts";
import { type ResumeState, resumeExtra } from "./resume.ts";

/** Its tensors are views of the live weights and moments. */
export function runCheckpoint(
  state: ResumeState,
  schedule: Schedule,
  { parameters, average, optimizer }: Learner,
): PtWritable {
  const { config, progress } = state;
  return checkpointValue({
    parameters,
    average,
    optimizer: {
      ...optimizer,
      lr: learningRate(progress.step + 1, schedule),
      initialLr: config.training.lr,
      weightDecay: config.training.weight_decay,
    },
    scheduler: schedulerState(progress.step, schedule),
    epoch: progress.epoch,
    trainMetrics: progress.train,
    valMetrics: progress.val,
    bestValF1: progress.best?.metrics.f1 ?? null,
    extra: resumeExtra(state),
  });
}
