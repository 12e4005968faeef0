/** How long a run is, in optimiser steps, and the learning rate over that length. */

import type { Config } from "../config/config.ts";
import type { SheetEntry } from "../dataset/dataset.ts";
import type { Schedule } from "../optim/learning-rate.ts";
import type { PlanOptions } from "./epoch-plan.ts";
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
