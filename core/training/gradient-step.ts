/** One optimiser update: the step's sheets, their gradient, AdamW. */

import type { EngineSheet, MicroBatch } from "../detection/engine/gradient-engine.ts";
import type { Moment } from "../hooks/lifecycle.ts";
import type { StepSettings } from "../hooks/step-control.ts";
import { addSums, type LossSums, meanLosses, sumsOverSheets } from "../loss/loss-parts.ts";
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
 * Computes the gradient of a step and updates weights, average and optimiser, as plugins want it.
 *
 * @param moment The step that is taken, and its epoch.
 * @param gradient Receives the gradient before clipping, laid out as the parameters.
 * @throws {DivergedError} If the loss or the gradient is not finite; then nothing is updated.
 * @throws {UserError} If two plugins disagree about the step; neither is anything updated then.
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
  const norms = profile.during("update", () => {
    const norms = gradientNorms(gradient, parameters);
    refuseNonFinite(losses, batches, norms.global, moment, run.checkpoints.newest);
    return norms;
  });
  const sums = losses
    .map((parts, index) => sumsOverSheets(parts, batches[index]!.sheets.length))
    .reduce(addSums);
  const settings = await settingsOf(run, moment, sums, norms);
  profile.during("update", () => update(run, step, gradient, norms, settings));
  return { sums, norms, lr: settings.lr };
}

/** How the step is made: as the configuration says, unless plugins change it. */
async function settingsOf(
  { config, train, host, profile }: RunParts,
  moment: Moment,
  sums: LossSums,
  { global: gradNorm, max: maxGradNorm, mean: meanGradNorm }: GradientNorms,
): Promise<StepSettings> {
  const lr = learningRate(moment.step, scheduleOf(config, train));
  const clip = config.training.max_grad_norm;
  if (!host.has("onBeforeUpdate")) return { lr, clip, skip: false };
  const parts = meanLosses(sums, config.model.dense_head.enabled);
  const { sheets } = sums;
  const event = {
    ...moment,
    loss: parts.loss!,
    parts,
    gradNorm,
    maxGradNorm,
    meanGradNorm,
    lr,
    clip,
    sheets,
  };
  return profile.during("hooks", () => host.steer(event));
}

/** Updates weights, optimiser and average in step `step`. */
function update(
  run: RunParts,
  step: number,
  gradient: Float32Array,
  norms: GradientNorms,
  { lr, clip, skip }: StepSettings,
): void {
  if (skip) return;
  const { config, engine, parameters, average, optimizer } = run;
  const { training } = config;
  const gradientScale = clipScale(norms.global, clip);
  adamwStep(parameters.flat, gradient, optimizer, { lr, weightDecay: training.weight_decay, gradientScale });
  if (average) updateAverage(average, parameters.flat, training.ema_decay!, step);
  engine.setParameters(parameters.flat);
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
