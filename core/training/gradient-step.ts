/** One optimiser update: the step's sheets, their gradient, AdamW. */

import type { EngineSheet, MicroBatch } from "../detection/engine/gradient-engine.ts";
import type { Moment } from "../hooks/lifecycle.ts";
import type { StepSettings } from "../hooks/step-control.ts";
import { addSums, type LossSums, meanLosses, sumsOverSheets } from "../loss/loss-parts.ts";
import { clipScale, type GradientNorms } from "../optim/gradient-norms.ts";
import { BrokenUpdateError } from "./broken-update.ts";
import type { StepPlan } from "./epoch-plan.ts";
import { refuseNonFinite } from "./non-finite.ts";
import type { RunParts } from "./run-parts.ts";
import type { SampleSource } from "./sample-source.ts";

/** What the loop logs of an update. */
export interface StepResult {
  /** The sums of this step alone. */
  readonly sums: LossSums;
  readonly norms: GradientNorms;
  /** The learning rate that was used. */
  readonly lr: number;
  /** The gradient before clipping, laid out as the parameters. It is valid until the next step. */
  readonly gradient: Float32Array;
}

/**
 * Computes the gradient of a step and updates weights, average and optimiser, as plugins want it.
 *
 * @param moment The step that is taken, and its epoch.
 * @param lr The learning rate as configured.
 * @throws {DivergedError} If the loss or the gradient is not finite; then nothing is updated.
 * @throws {BrokenUpdateError} If the update fails half-way.
 * @throws {UserError} If two plugins disagree about the step; neither is anything updated then.
 */
export async function gradientStep(
  run: RunParts,
  moment: Moment,
  plan: StepPlan,
  samples: SampleSource,
  lr: number,
): Promise<StepResult> {
  const { config, learning, profile } = run;
  const { step, epoch } = moment;
  const sample = (index: number) => samples.sample(epoch, index);
  const seed = [config.experiment.seed, "dropout", step];
  const batches = profile.during("making samples", () => microBatches(plan, sample, seed));
  const { losses, norms, values } = await profile.during("gradients", () => learning.gradient(batches));
  refuseNonFinite(losses, batches, norms.global, moment, run.checkpoints.newest);
  const sums = losses
    .map((parts, index) => sumsOverSheets(parts, batches[index]!.sheets.length))
    .reduce(addSums);
  const settings = await settingsOf(run, moment, lr, sums, norms);
  await profile
    .during("update", () => update(run, step, norms, settings))
    .catch((cause) => {
      throw new BrokenUpdateError(cause, moment, run.checkpoints.newest);
    });
  return { sums, norms, lr: settings.lr, gradient: values };
}

/** How the step is made: as the configuration says, unless plugins change it. */
async function settingsOf(
  { config, host, profile }: RunParts,
  moment: Moment,
  lr: number,
  sums: LossSums,
  { global: gradNorm, max: maxGradNorm, mean: meanGradNorm }: GradientNorms,
): Promise<StepSettings> {
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
async function update(
  { config, learning }: RunParts,
  step: number,
  norms: GradientNorms,
  { lr, clip, skip }: StepSettings,
): Promise<void> {
  if (skip) return;
  const { weight_decay: weightDecay, ema_decay: decay } = config.training;
  const gradientScale = clipScale(norms.global, clip);
  const averaging = decay === null ? null : { decay, step };
  await learning.update({ lr, weightDecay, gradientScale, averaging });
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
