/** The training loop. It reads from top to bottom in the order in which things happen. */

import type { Metrics } from "../base/metrics.ts";
import type { RunStatus } from "../hooks/lifecycle.ts";
import { epochMetrics, GRADIENT_NORMS } from "../hooks/metric-names.ts";
import { stopReason } from "../hooks/stop-requests.ts";
import { earlyStop } from "./early-stopping.ts";
import { endRun, joinErrors } from "./end-run.ts";
import { planEpoch, type StepPlan } from "./epoch-plan.ts";
import { gradientStep, type StepResult } from "./gradient-step.ts";
import { handOverRow } from "./hand-over-row.ts";
import { loadedSheets } from "./loaded-sheets.ts";
import { DivergedError, refuseNonFiniteValidation } from "./non-finite.ts";
import { obeyControl } from "./obey-control.ts";
import { trainMetrics } from "./progress-state.ts";
import { nextLearningRate, planOptions } from "./run-length.ts";
import type { RunOutcome } from "./run-outcome.ts";
import type { RunParts } from "./run-parts.ts";
import { RunState } from "./run-state.ts";
import { openSampleSource, type SampleSource } from "./sample-source.ts";
import { type ValidationResult, validate } from "./validate.ts";

/**
 * Trains until all epochs are done, or early stopping, a plugin, a signal or an error ends it. `onRunEnd`
 * always fires.
 */
export async function trainRun(run: RunParts): Promise<RunOutcome> {
  const state = new RunState(run.progress);
  let status: RunStatus;
  let why: Ending = FINISHED;
  let error: Error | null = null;
  try {
    await beginRun(run, state);
    why = await runEpochs(run, state);
    status = why.status;
    await run.checkpoints.flush(); // its errors count before plugins learn how the run ended
  } catch (cause) {
    status = "failed";
    why = FINISHED;
    if (cause instanceof DivergedError) state.diverge();
    error = cause instanceof Error ? cause : new Error(String(cause));
  }
  state.stopClock();
  try {
    await endRun(run, state, { ...why, status, error });
  } catch (cause) {
    status = "failed";
    error = joinErrors(error, cause);
  }
  return { ...why, lateRequests: run.host.stops.open, status, error, progress: state.progress };
}

async function beginRun(run: RunParts, { moment }: RunState): Promise<void> {
  const { host, facts, profile } = run;
  await profile.during("hooks", async () => {
    if (host.has("onSheetsLoaded")) await host.fire("onSheetsLoaded", { ...moment, ...loadedSheets(run) });
    await host.fire("onRunStart", { ...moment, ...facts });
    await host.drain(moment);
  });
}

/** How the loop ended, unless by an error. */
type Ending = Pick<RunOutcome, "status" | "reason" | "stopRequests">;

const FINISHED: Ending = { status: "finished", reason: null, stopRequests: [] };
const INTERRUPTED: Ending = { ...FINISHED, status: "interrupted" };

async function runEpochs(run: RunParts, state: RunState): Promise<Ending> {
  const { training } = run.config;
  while (state.progress.epoch < training.max_epochs) {
    const reason = earlyStop(state.progress, training);
    const point = state.progress.stepInEpoch > 0 ? "step" : "epoch"; // a run may be resumed within an epoch
    if (reason !== null || run.host.stops.isDue(point)) return stopped(run, reason);
    if (run.signal.aborted) return INTERRUPTED;
    const ending = await runEpoch(run, state);
    if (ending !== null) return ending;
  }
  return FINISHED;
}

/** The end by early stopping, for `reason`, or by the requests of plugins, or by both. */
function stopped({ host }: RunParts, reason: string | null): Ending {
  const stopRequests = host.stops.take();
  const reasons = [reason ?? [], stopRequests.length > 0 ? stopReason(stopRequests) : []].flat();
  return { status: "stopped", reason: reasons.join("; "), stopRequests };
}

/** @returns The end of the run if a signal or a plugin ended the epoch early; null if it is complete. */
async function runEpoch(run: RunParts, state: RunState): Promise<Ending | null> {
  const epoch = await beginEpoch(run, state);
  const { plan, samples } = epoch;
  // An earlier process was stopped in the validation after a step.
  if (state.isRowWaiting && state.progress.stepInEpoch < plan.length && !(await closeStep(run, state))) {
    return INTERRUPTED;
  }
  while (state.progress.stepInEpoch < plan.length) {
    if (run.signal.aborted) return INTERRUPTED;
    if (run.host.stops.isDue("step")) return stopped(run, null);
    const { step, stepInEpoch } = state.progress;
    const moment = { step: step + 1, epoch: epoch.number };
    const lr = nextLearningRate(run.config, state.progress, run.facts.stepsPerEpoch);
    const result = await gradientStep(run, moment, plan[stepInEpoch]!, samples, lr);
    try {
      await endStep(run, state, result);
    } finally {
      // If a plugin fails, a resumed run still gives this row the metrics of the epoch.
      if (state.progress.stepInEpoch === plan.length) state.awaitValidation(run.host.pendingRow);
    }
    if (state.progress.stepInEpoch === plan.length) break;
    if (!(await closeStep(run, state))) return INTERRUPTED;
  }
  state.awaitValidation(run.host.pendingRow);
  let val: Metrics | null = null;
  if (run.validation.length > 0) {
    val = await validateEpoch(run, state);
    if (val === null) return INTERRUPTED;
  }
  await endEpoch(run, state, val);
  return null;
}

/** What the steps of an epoch share. */
interface Epoch {
  /** From 1. */
  readonly number: number;
  readonly plan: readonly StepPlan[];
  readonly samples: SampleSource;
}

/**
 * Tells plugins that an epoch begins. One that is resumed in its middle continues with its open row instead.
 */
async function beginEpoch(run: RunParts, state: RunState): Promise<Epoch> {
  const { config, host, train, profile } = run;
  state.beginEpoch();
  const { step, epoch: finished, stepInEpoch, pendingRow } = state.progress;
  const number = finished + 1;
  const plan = planEpoch(number, planOptions(config, train));
  const samples = openSampleSource(config, train);
  if (stepInEpoch === 0) {
    const maxEpochs = config.training.max_epochs;
    const sizes = { maxEpochs, steps: plan.length, sheets: samples.size };
    await profile.during("hooks", async () => {
      await host.fire("onEpochStart", { epoch: number, step, ...sizes });
      await host.drain({ epoch: number, step });
    });
  }
  host.log(pendingRow);
  return { number, plan, samples };
}

/** Counts an update and tells the plugins. The row of the step stays open. */
async function endStep(
  run: RunParts,
  state: RunState,
  { sums: own, norms, lr, gradient }: StepResult,
): Promise<void> {
  const { host, parameters, profile } = run;
  state.countStep(own, lr);
  run.pace?.step();
  host.log({ [GRADIENT_NORMS.max]: norms.max, [GRADIENT_NORMS.mean]: norms.mean });
  const event = {
    ...state.moment,
    loss: own.loss / own.sheets,
    lr,
    maxGradNorm: norms.max,
    meanGradNorm: norms.mean,
    sheets: own.sheets,
    sheetsDone: state.progress.sums.sheets,
    // A copy for each caller: what one plugin writes into it, no other one sees.
    gradients: () => parameters.viewsOf(gradient.slice()),
  };
  await profile.during("hooks", () => host.fire("onGradStep", event));
}

/**
 * Ends a step that is not the last of its epoch: its row is complete, after a validation if one is due.
 *
 * @returns False if a signal ended the validation; a resumed run begins it again.
 */
async function closeStep(run: RunParts, state: RunState): Promise<boolean> {
  const { validate_every_n_steps: every } = run.config.training;
  if (every !== null && state.progress.step % every === 0 && run.validation.length > 0) {
    state.awaitValidation(run.host.pendingRow);
    const result = await validateWeights(run, state, false);
    if (result === null) return false;
    run.host.log(epochMetrics("stepVal", result.metrics));
  }
  await handOverRow(run, state);
  obeyControl(run);
  await run.checkpoints.saveRequested(state);
  return true;
}

/**
 * Evaluates the validation split at the end of an epoch and tells the plugins.
 *
 * @returns The metrics; null after a signal.
 */
async function validateEpoch(run: RunParts, state: RunState): Promise<Metrics | null> {
  const result = await validateWeights(run, state, true);
  if (result === null) return null;
  const { metrics, sheets } = result;
  const event = { ...state.moment, metrics, sheets };
  await run.profile.during("hooks", () => run.host.fire("onValidationEnd", event));
  return metrics;
}

/**
 * Evaluates the validation split, with the average of the weights if one is kept.
 *
 * @returns null after a signal.
 * @throws {DivergedError} If the loss of a sheet is not finite.
 */
async function validateWeights(
  run: RunParts,
  state: RunState,
  isEndOfEpoch: boolean,
): Promise<ValidationResult | null> {
  const { config, engine, parameters, average, validation, signal, profile } = run;
  const { score_threshold: score, eob_threshold: eob } = config.evaluation;
  const event = { ...state.moment, sheets: validation.length, isEndOfEpoch };
  await profile.during("hooks", () => run.host.fire("onBeforeValidation", event));
  const result = await profile.during("validation", async () => {
    if (average) engine.setParameters(average);
    const result = await validate(engine, validation, { score, eob }, () => signal.aborted);
    if (average) engine.setParameters(parameters.flat);
    return result;
  });
  if (result === null) return null;
  const labelled = result.losses.map((loss, index) => ({ label: validation[index]!.label, loss }));
  refuseNonFiniteValidation(labelled, state.moment, run.checkpoints.newest);
  return result;
}

/**
 * Logs the metrics of an epoch and tells the plugins.
 *
 * @param val null without a validation split.
 */
async function endEpoch(run: RunParts, state: RunState, val: Metrics | null): Promise<void> {
  const { config, engine, host, checkpoints, profile } = run;
  const train = trainMetrics(state.progress.sums, config.model.dense_head.enabled);
  const seconds = state.epochSeconds;
  const best = state.endEpoch(train, val);
  host.log(epochMetrics("train", train));
  if (val) host.log(epochMetrics("val", val));
  const { gpuBytes } = engine.memory();
  const gpu = gpuBytes === undefined ? {} : { gpuMemoryMb: gpuBytes / 2 ** 20 };
  const event = { ...state.moment, train, val, best, seconds, ...gpu };
  await profile.during("hooks", () => host.fire("onEpochEnd", event));
  await handOverRow(run, state);
  obeyControl(run);
  await checkpoints.saveRequested(state);
}
