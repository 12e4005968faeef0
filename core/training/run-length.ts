/** How long a run is, in optimiser steps, and the learning rate over that length. */

import type { Config } from "../config/config.ts";
import type { SheetEntry } from "../dataset/dataset.ts";
import { learningRate, type Schedule } from "../optim/learning-rate.ts";
import type { PlanOptions } from "./epoch-plan.ts";
import type { ProgressState } from "./progress-state.ts";
import { samplesPerEpoch } from "./sample-source.ts";

/** @param train The sheets of the training split. */
export function planOptions(config: Config, train: readonly SheetEntry[]): PlanOptions {
  return {
    sheets: samplesPerEpoch(config, train),
    batchSize: config.training.batch_size,
    accumulationSteps: config.training.gradient_accumulation_steps,
    seed: config.experiment.seed,
  };
}

/** The learning-rate schedule of a run, in optimiser steps. */
export function scheduleOf({ training }: Config, stepsPerEpoch: number): Schedule {
  const { lr, warmup_epochs, max_epochs } = training;
  return { lr, warmupSteps: warmup_epochs * stepsPerEpoch, totalSteps: max_epochs * stepsPerEpoch };
}

/**
 * How far a run is in its schedule, in optimiser steps. It is the number of steps done, unless a resume has
 * changed how many an epoch has: then epochs count, so that the schedule still ends with the last of them.
 */
export function scheduledSteps(
  { epoch, stepInEpoch }: Pick<ProgressState, "epoch" | "stepInEpoch">,
  stepsPerEpoch: number,
): number {
  return epoch * stepsPerEpoch + stepInEpoch;
}

/** The learning rate of the step that follows. */
export function nextLearningRate(
  config: Config,
  progress: Pick<ProgressState, "epoch" | "stepInEpoch">,
  stepsPerEpoch: number,
): number {
  return learningRate(scheduledSteps(progress, stepsPerEpoch) + 1, scheduleOf(config, stepsPerEpoch));
}
