/** What a run saves: the dictionary of a checkpoint. */

import { checkpointValue } from "../checkpoint/detector-state.ts";
import type { PtWritable } from "../checkpoint/pt-value.ts";
import { schedulerState } from "../checkpoint/scheduler-state.ts";
import type { Learner } from "../optim/learner.ts";
import { type ResumeState, resumeExtra } from "./resume.ts";
import { nextLearningRate, scheduledSteps, scheduleOf } from "./run-length.ts";

/** Its tensors are views of the live weights and moments. */
export function runCheckpoint(
  state: ResumeState,
  stepsPerEpoch: number,
  { parameters, average, optimizer }: Learner,
): PtWritable {
  const { config, progress } = state;
  return checkpointValue({
    parameters,
    average,
    optimizer: {
      ...optimizer,
      lr: nextLearningRate(config, progress, stepsPerEpoch),
      initialLr: config.training.lr,
      weightDecay: config.training.weight_decay,
    },
    scheduler: schedulerState(scheduledSteps(progress, stepsPerEpoch), scheduleOf(config, stepsPerEpoch)),
    epoch: progress.epoch,
    trainMetrics: progress.train,
    valMetrics: progress.val,
    bestValF1: progress.best?.metrics.f1 ?? null,
    extra: resumeExtra(state),
  });
}
