/** The training loop: reads top to bottom, in the order in which things happen. */

import type { Metrics } from "../base/metrics.ts";
import { UserError } from "../base/problem.ts";
import type { Config } from "../config/config.ts";
import type { SheetEntry } from "../dataset/dataset.ts";
import type {
  EngineSheet,
  GradientEngine,
  LossParts,
  MicroBatch,
} from "../detection/engine/gradient-engine.ts";
import type { Moment, RunFacts, RunStatus } from "../hooks/lifecycle.ts";
import type { PluginHost } from "../hooks/plugin-host.ts";
import type { ParameterSet } from "../model/parameters.ts";
import { type AdamWState, adamwStep } from "../optim/adamw.ts";
import { clipScale, gradientNorms } from "../optim/gradient-norms.ts";
import { learningRate } from "../optim/learning-rate.ts";
import { updateAverage } from "../optim/weight-average.ts";
import type { CheckpointKeeper } from "./checkpoint-keeper.ts";
import { shouldStopEarly } from "./early-stopping.ts";
import { planEpoch } from "./epoch-plan.ts";
import { refuseNonFinite } from "./non-finite.ts";
import {
  addSums,
  EMPTY_SUMS,
  type LossSums,
  momentOf,
  type ProgressState,
  trainMetrics,
} from "./progress-state.ts";
import { planOptions, scheduleOf } from "./run-length.ts";
import { openSampleSource } from "./sample-source.ts";
import { validate } from "./validate.ts";

/** Everything a run works with; the loop owns none of it and disposes of nothing. */
export interface TrainRun {
  readonly config: Config;
  readonly facts: RunFacts;
  readonly train: readonly SheetEntry[];
  readonly validation: readonly SheetEntry[];
  readonly engine: GradientEngine;
  /** Updated in place. */
  readonly parameters: ParameterSet;
  /** The weights' running average, laid out alike and updated in place; null where none is kept. */
  readonly average: Float32Array | null;
  /** Updated in place. */
  readonly optimizer: AdamWState;
  /** Where to begin: fresh, or what a checkpoint holds. */
  readonly progress: ProgressState;
  readonly host: PluginHost;
  readonly checkpoints: CheckpointKeeper;
  /** Aborted by the first signal: the gradient step under way is finished, then the run ends. */
  readonly signal: AbortSignal;
}

export interface RunOutcome {
  readonly status: RunStatus;
  /** Set for `failed` alone. */
  readonly error: Error | null;
  readonly progress: ProgressState;
}

/** Trains until all epochs are done, early stopping, a signal or an error; `onRunEnd` fires on every way out. */
export async function trainRun(run: TrainRun): Promise<RunOutcome> {
  const startedAt = performance.now();
  let progress = run.progress;
  let status: RunStatus;
  let error: Error | null = null;
  const seconds = () => run.progress.seconds + (performance.now() - startedAt) / 1000;
  const keep = (next: ProgressState) => {
    progress = { ...next, seconds: seconds() };
  };
  try {
    await run.host.fire("onRunStart", { ...momentOf(progress), ...run.facts });
    await run.host.drain(momentOf(progress));
    status = await runEpochs(run, () => progress, keep);
    await run.checkpoints.flush(); // before plugins are told how it ended
  } catch (cause) {
    status = "failed";
    error = cause instanceof Error ? cause : new Error(String(cause));
  }
  keep(progress);
  try {
    await finish(run, progress, status, error);
  } catch (cause) {
    status = "failed";
    error = joinErrors(error, cause);
  }
  return { status, error, progress };
}

/** A failure while ending must not hide the one that made the run end; the same one again adds nothing. */
function joinErrors(first: Error | null, cause: unknown): Error {
  const second = cause instanceof Error ? cause : new Error(String(cause));
  if (first === null || first.message === second.message) return first ?? second;
  if (first instanceof UserError && second instanceof UserError) {
    return new UserError([...first.problems, ...second.problems], { cause: first });
  }
  return new Error(`${first.message}\n\nand while ending the run: ${second.message}`, { cause: first });
}

async function runEpochs(
  run: TrainRun,
  current: () => ProgressState,
  keep: (progress: ProgressState) => void,
): Promise<RunStatus> {
  const { max_epochs, early_stopping_patience } = run.config.training;
  while (current().epoch < max_epochs) {
    const { epoch, best } = current();
    if (shouldStopEarly(epoch, best?.epoch ?? null, early_stopping_patience)) return "stopped";
    if (run.signal.aborted) return "interrupted";
    const finished = await runEpoch(run, current, keep);
    if (!finished) return "interrupted";
  }
  return "finished";
}

/** @returns false if a signal ended it before its validation and hooks were through. */
async function runEpoch(
  run: TrainRun,
  current: () => ProgressState,
  keep: (progress: ProgressState) => void,
): Promise<boolean> {
  const { config, engine, host, parameters, average, optimizer } = run;
  const { training, experiment, evaluation } = config;
  const epoch = current().epoch + 1;
  const startedAt = performance.now();
  const secondsBefore = current().sums.seconds;
  const epochSeconds = () => secondsBefore + (performance.now() - startedAt) / 1000;
  const plan = planEpoch(epoch, planOptions(config, run.train.length));
  const samples = openSampleSource(config, run.train);
  const gradient = new Float32Array(parameters.flat.length);

  if (current().stepInEpoch === 0) {
    const sheets = samples.size;
    await host.fire("onEpochStart", {
      epoch,
      step: current().step,
      maxEpochs: training.max_epochs,
      steps: plan.length,
      sheets,
    });
    await host.drain({ epoch, step: current().step });
  }
  host.log(current().pendingRow);

  while (current().stepInEpoch < plan.length) {
    if (run.signal.aborted) return false;
    const before = current();
    const step = before.step + 1;
    const moment: Moment = { step, epoch };
    const sample = (index: number) => samples.sample(epoch, index);
    const batches = microBatches(plan[before.stepInEpoch]!, sample, [experiment.seed, "dropout", step]);

    const losses = await engine.gradient(batches, gradient);
    const norms = gradientNorms(gradient, parameters);
    refuseNonFinite(losses, batches, norms.global, moment);
    const lr = learningRate(step, scheduleOf(config, run.train.length));
    adamwStep(parameters.flat, gradient, optimizer, {
      lr,
      weightDecay: training.weight_decay,
      gradientScale: clipScale(norms.global, training.max_grad_norm),
    });
    if (average) updateAverage(average, parameters.flat, training.ema_decay!, step);
    engine.setParameters(parameters.flat);

    const own = stepSums(losses, batches);
    const sums = { ...addSums(before.sums, own), lr, seconds: epochSeconds() };
    keep({ ...before, step, stepInEpoch: before.stepInEpoch + 1, sums, pendingRow: {} });
    host.log({ "train/max_grad_norm": norms.max, "train/mean_grad_norm": norms.mean });
    await host.fire("onGradStep", {
      ...moment,
      loss: own.loss / own.sheets,
      lr,
      maxGradNorm: norms.max,
      meanGradNorm: norms.mean,
      sheets: own.sheets,
      sheetsDone: sums.sheets,
      gradients: () => parameters.viewsOf(gradient),
    });
    if (current().stepInEpoch < plan.length) {
      await host.closeRow(moment);
      await run.checkpoints.saveRequested(current());
    }
  }

  // The last step's row is still open: should the run end before the epoch's values have joined it, it is saved.
  keep({ ...current(), pendingRow: host.pendingRow });
  const moment: Moment = { step: current().step, epoch };
  const train = trainMetrics(current().sums, config.model.dense_head.enabled);
  let val: Metrics | null = null;
  if (run.validation.length > 0) {
    const thresholds = { score: evaluation.score_threshold, eob: evaluation.eob_threshold };
    if (average) engine.setParameters(average);
    const result = await validate(engine, run.validation, thresholds, () => run.signal.aborted);
    if (average) engine.setParameters(parameters.flat);
    if (result === null) return false;
    val = result.metrics;
    await host.fire("onValidationEnd", { ...moment, ...result });
  }
  const previousBest = current().best;
  const isBest = val !== null && (previousBest === null || val.f1! > previousBest.metrics.f1!);
  const seconds = epochSeconds();
  keep({
    ...current(),
    epoch,
    stepInEpoch: 0,
    sums: EMPTY_SUMS,
    pendingRow: {},
    best: isBest ? { epoch, metrics: val! } : previousBest,
    train,
    val,
  });
  host.log(prefixed("train", train));
  if (val) host.log(prefixed("val", val));
  const { gpuBytes } = engine.memory();
  const gpu = gpuBytes === undefined ? {} : { gpuMemoryMb: gpuBytes / 2 ** 20 };
  await host.fire("onEpochEnd", { ...moment, train, val, best: isBest, seconds, ...gpu });
  await host.closeRow(moment);
  await run.checkpoints.saveRequested(current());
  return true;
}

/**
 * Tells the plugins how the run ended; what they ask for on the way is still done. A checkpoint that cannot be written
 * keeps no plugin from being told.
 */
async function finish(
  run: TrainRun,
  progress: ProgressState,
  status: RunStatus,
  error: Error | null,
): Promise<void> {
  const moment = momentOf(progress);
  const failures: unknown[] = [];
  const attempt = (work: () => Promise<void>) => work().catch((cause) => void failures.push(cause));
  await attempt(() => run.checkpoints.flush());
  if (status === "failed" && isRowLeft(run.host, progress)) await attempt(() => run.host.closeRow(moment));
  const event = { ...moment, status, summary: runSummary(progress), error, seconds: progress.seconds };
  await attempt(() =>
    run.host.fire("onRunEnd", event, () =>
      attempt(async () => {
        await run.host.drain(moment);
        await run.checkpoints.saveRequested(progress);
        await run.checkpoints.flush();
      }),
    ),
  );
  if (failures.length > 0) throw failures[0];
}

/** True if a hook's failure kept the last step's row open; one that a resume goes on with is not left. */
function isRowLeft(host: PluginHost, { pendingRow }: ProgressState): boolean {
  return "train/max_grad_norm" in host.pendingRow && Object.keys(pendingRow).length === 0;
}

/** Values of the best epoch, under the names of docs/metrics.md; empty without a validation split. */
function runSummary({ best }: ProgressState): Metrics {
  if (best === null) return {};
  const { f1, precision, recall, loss, eob_mean } = best.metrics;
  return {
    best_epoch: best.epoch,
    best_f1: f1 ?? null,
    best_precision: precision ?? null,
    best_recall: recall ?? null,
    best_loss: loss ?? null,
    best_eob_mean: eob_mean ?? null,
  };
}

/** The step's micro-batches; each weighs as many sheets as it holds, so that a partial one counts no more than its share. */
function microBatches(
  plan: readonly (readonly number[])[],
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

/** Each part of the loss, summed over the sheets of one step. */
function stepSums(losses: readonly LossParts[], batches: readonly MicroBatch[]): LossSums {
  return losses
    .map((parts, index) => {
      const sheets = batches[index]!.sheets.length;
      return {
        sheets,
        loss: parts.total * sheets,
        det_loss: parts.det_loss * sheets,
        cls_loss: parts.cls * sheets,
        l1_loss: parts.l1 * sheets,
        iou_loss: parts.iou * sheets,
        dense_loss: parts.dense_loss * sheets,
      };
    })
    .reduce(addSums);
}

function prefixed(prefix: string, metrics: Metrics): Record<string, number> {
  const named = Object.entries(metrics).filter((entry): entry is [string, number] => entry[1] !== null);
  return Object.fromEntries(named.map(([name, value]) => [`${prefix}/${name}`, value]));
}
