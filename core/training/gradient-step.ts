/** One optimiser update: the step's sheets, their gradient, AdamW. */

import type { EngineSheet, MicroBatch } from "../detection/engine/gradient-engine.ts";
import type { Moment } from "../hooks/lifecycle.ts";
import { addSums, type LossSums, sumsOverSheets } from "../loss/loss-parts.ts";
import { adamwStep } from "../optim/adamw.ts";
import { clipScale, type GradientNorms, gradientNorms } from "../optim/gradient-norms.ts";
import { learningRate } from "../optim/learning-rate.ts";
import { updateAverage } from "../optim/weight-average.ts";
import type { StepPlan } from "./epoch-plan.ts";
import { refuseNonFinite } from "./non-finite.ts";
import { scheduleOf } from "./run-length.ts";
import type { RunParts } from "./run-parts.ts";
import type { SampleSource } from "./sample-source.ts";

/** What the loop logs of an update. */
export interface StepResult {
  /** The sums of this step alone. */
  readonly sums: LossSums;
  readonly norms: GradientNorms;
  /** The learning rate that was used. */
  readonly lr: number;
}

/**
 * Computes the gradient of a step and updates weights, average and optimiser.
 *
 * @param moment The step that is taken, and its epoch.
 * @param gradient Receives the gradient before clipping, laid out as the parameters.
 * @throws {DivergedError} If the loss or the gradient is not finite; then nothing is updated.
 */
export async function gradientStep(
  run: RunParts,
  moment: Moment,
  plan: StepPlan,
  samples: SampleSource,
  gradient: Float32Array,
): Promise<StepResult> {
  const { config, engine, parameters, profile } = run;
  const { step, epoch } = moment;
  const sample = (index: number) => samples.sample(epoch, index);
  const seed = [config.experiment.seed, "dropout", step];
  const batches = profile.during("making samples", () => microBatches(plan, sample, seed));
  const losses = await profile.during("gradients", () => engine.gradient(batches, gradient));
  return profile.during("update", () => {
    const norms = gradientNorms(gradient, parameters);
    refuseNonFinite(losses, batches, norms.global, moment, run.checkpoints.newest);
    const lr = update(run, step, gradient, norms);
    const sums = losses.map((parts, index) => sumsOverSheets(parts, batches[index]!.sheets.length));
    return { sums: sums.reduce(addSums), norms, lr };
  });
}

/** Updates weights, optimiser and average in step `step`. @returns The learning rate of the step. */
function update(run: RunParts, step: number, gradient: Float32Array, norms: GradientNorms): number {
  const { config, engine, parameters, average, optimizer } = run;
  const { training } = config;
  const lr = learningRate(step, scheduleOf(config, run.train.length));
  adamwStep(parameters.flat, gradient, optimizer, {
    lr,
    weightDecay: training.weight_decay,
    gradientScale: clipScale(norms.global, training.max_grad_norm),
  });
  if (average) updateAverage(average, parameters.flat, training.ema_decay!, step);
  engine.setParameters(parameters.flat);
  return lr;
}

/** The micro-batches of a step, each weighted by its number of sheets, so that every sheet counts alike. */
function microBatches(
  plan: StepPlan,
  sample: (index: number) => EngineSheet,
  seed: readonly (number | string)[],
): MicroBatch[] {
  const sheets = plan.reduce((sum, batch) => sum + batch.length, 0);
  return plan.map((batch, index) => ({
    sheets: batch.map(sample),
    seed: [...seed, index],
    weight: batch.length / sheets,
  }));
}
