/** The loop of a trial: the events of a run in the order of `HookEvents`, for one process after the other. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Json } from "../base/json.ts";
import type { Metrics } from "../base/metrics.ts";
import { RUN_FILES } from "../base/run-folder-names.ts";
import type { Moment, RunStatus, StopRequest } from "../hooks/lifecycle.ts";
import { bestSummary, epochMetrics, GRADIENT_NORMS } from "../hooks/metric-names.ts";
import type { PluginHost } from "../hooks/plugin-host.ts";
import type { StepSettings } from "../hooks/step-control.ts";
import { stopReason } from "../hooks/stop-requests.ts";
import {
  factsOf,
  gradStepOf,
  loadedSheetsOf,
  type TrialLength,
  trainMetricsOf,
  updateOf,
  validatedSheets,
  valMetrics,
} from "./made-up-run.ts";

/** What happens in the run. */
export interface TrialPlan extends TrialLength {
  readonly lr: number;
  readonly loss: (step: number) => number;
  readonly f1: ((epoch: number) => number) | null;
  readonly killAfterStep: number | undefined;
  readonly interruptAfterStep: number | undefined;
  readonly failInStep: { readonly step: number; readonly error: Error } | undefined;
}

/** Where a process begins, and what the next one needs. */
export interface TrialProgress {
  readonly step: number;
  /** Finished epochs. */
  readonly epoch: number;
  readonly stepInEpoch: number;
  readonly best: { readonly epoch: number; readonly metrics: Metrics } | null;
  readonly pluginStates: Readonly<Record<string, Json>>;
  readonly stopRequests: readonly StopRequest[];
}

export const FRESH: TrialProgress = {
  step: 0,
  epoch: 0,
  stepInEpoch: 0,
  best: null,
  pluginStates: {},
  stopRequests: [],
};

/** How a process ended. */
export interface TrialEnding {
  readonly status: RunStatus;
  readonly reason: string | null;
  readonly error: Error | null;
  readonly stopRequests: readonly StopRequest[];
}

const FINISHED: TrialEnding = { status: "finished", reason: null, error: null, stopRequests: [] };

/** One process that trains. `steps` and `checkpoints` fill up meanwhile. */
export class MadeUpTraining {
  readonly steps: StepSettings[] = [];
  readonly checkpoints: { fileName: string; step: number }[] = [];
  readonly #plan: TrialPlan;
  readonly #host: PluginHost;
  readonly #folder: string;
  readonly #stop: AbortController;
  #progress: TrialProgress;
  /** True while the last step's row has not been handed over, and does not wait for the end of its epoch. */
  #isRowLeft = false;

  /**
   * @param folder The run's folder, absolute.
   * @param stop What the host has as its signal.
   */
  constructor(
    plan: TrialPlan,
    host: PluginHost,
    folder: string,
    stop: AbortController,
    progress: TrialProgress,
  ) {
    this.#plan = plan;
    this.#host = host;
    this.#folder = folder;
    this.#stop = stop;
    this.#progress = progress;
  }

  /** The moment for plugins. */
  get moment(): Moment {
    const { step, epoch, stepInEpoch } = this.#progress;
    return { step, epoch: stepInEpoch > 0 ? epoch + 1 : epoch };
  }

  /** @returns How the run ended, or where it goes on if the process was killed. */
  async run(): Promise<TrialEnding | TrialProgress> {
    let ending: TrialEnding | TrialProgress;
    try {
      ending = await this.#train();
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error(String(cause));
      ending = { ...FINISHED, status: "failed", error };
    }
    return "status" in ending ? await this.#end(ending) : ending;
  }

  async #train(): Promise<TrialEnding | TrialProgress> {
    const host = this.#host;
    const facts = factsOf(this.#plan);
    await host.fire("onSheetsLoaded", { ...this.moment, ...loadedSheetsOf(facts) });
    await host.fire("onRunStart", { ...this.moment, ...facts });
    await host.drain(this.moment);
    while (this.#progress.epoch < this.#plan.epochs) {
      const early = this.#earlyEnd(this.#progress.stepInEpoch > 0 ? "step" : "epoch");
      const ending = early ?? (await this.#epoch());
      if (ending !== null) return ending;
    }
    return FINISHED;
  }

  /** The end of the run, if a plugin or a signal has asked for it. */
  #earlyEnd(point: StopRequest["after"]): TrialEnding | null {
    if (this.#host.stops.isDue(point)) {
      const stopRequests = this.#host.stops.take();
      return { ...FINISHED, status: "stopped", reason: stopReason(stopRequests), stopRequests };
    }
    return this.#stop.signal.aborted ? { ...FINISHED, status: "interrupted" } : null;
  }

  /** @returns null once the epoch is complete. */
  async #epoch(): Promise<TrialEnding | TrialProgress | null> {
    const { epochs: maxEpochs, stepsPerEpoch: steps } = this.#plan;
    const host = this.#host;
    const { step, epoch } = this.#progress;
    if (this.#progress.stepInEpoch === 0) {
      const { sheetsPerEpoch: sheets } = factsOf(this.#plan);
      await host.fire("onEpochStart", { step, epoch: epoch + 1, maxEpochs, steps, sheets });
      await host.drain({ step, epoch: epoch + 1 });
    }
    while (this.#progress.stepInEpoch < steps) {
      const early = this.#earlyEnd("step");
      if (early) return early;
      await this.#step();
      if (this.#progress.stepInEpoch === steps) break;
      const killed = await this.#closeRow();
      if (killed) return killed;
    }
    return await this.#endEpoch();
  }

  async #step(): Promise<void> {
    const { lr, failInStep, interruptAfterStep } = this.#plan;
    const { step: before, epoch, stepInEpoch } = this.#progress;
    const moment = { step: before + 1, epoch: epoch + 1 };
    if (failInStep?.step === moment.step) throw failInStep.error;
    const event = updateOf(moment, this.#plan.loss(moment.step), lr);
    const settings = await this.#host.steer(event);
    this.steps.push({ lr: settings.lr, clip: settings.clip, skip: settings.skip });
    this.#progress = { ...this.#progress, step: moment.step, stepInEpoch: stepInEpoch + 1 };
    this.#isRowLeft = stepInEpoch + 1 < this.#plan.stepsPerEpoch;
    this.#host.log({ [GRADIENT_NORMS.max]: event.maxGradNorm, [GRADIENT_NORMS.mean]: event.meanGradNorm });
    await this.#host.fire("onGradStep", gradStepOf(event, settings.lr, stepInEpoch + 1));
    if (interruptAfterStep === moment.step) this.#stop.abort(new Error("a signal in a trial"));
  }

  async #endEpoch(): Promise<TrialEnding | TrialProgress | null> {
    const host = this.#host;
    const { step, best } = this.#progress;
    const epoch = this.#progress.epoch + 1;
    const loss = this.#plan.loss(step);
    let val: Metrics | null = null;
    if (this.#plan.f1 !== null) {
      const facts = factsOf(this.#plan);
      const sheets = facts.validationSheets;
      await host.fire("onBeforeValidation", { step, epoch, sheets, isEndOfEpoch: true });
      if (this.#stop.signal.aborted) return { ...FINISHED, status: "interrupted" };
      const f1 = this.#plan.f1(epoch);
      val = valMetrics(f1, loss);
      await host.fire("onValidationEnd", { step, epoch, metrics: val, sheets: validatedSheets(facts, f1) });
    }
    const train = trainMetricsOf(loss, this.steps.at(-1)!.lr);
    const isBest = val !== null && (best === null || val.f1! > best.metrics.f1!);
    this.#progress = {
      ...this.#progress,
      epoch,
      stepInEpoch: 0,
      best: isBest ? { epoch, metrics: val! } : best,
    };
    this.#isRowLeft = true;
    host.log(epochMetrics("train", train));
    if (val) host.log(epochMetrics("val", val));
    await host.fire("onEpochEnd", { step, epoch, train, val, best: isBest, seconds: 1 });
    return await this.#closeRow();
  }

  /** @returns Where the run goes on if the process is killed now; null: it is not. */
  async #closeRow(): Promise<TrialProgress | null> {
    this.#isRowLeft = false;
    await this.#host.closeRow(this.moment);
    await this.#saveRequested();
    if (this.#plan.killAfterStep !== this.#progress.step) return null;
    const pluginStates = this.#host.saveStates(this.moment);
    return { ...this.#progress, pluginStates, stopRequests: this.#host.stops.open };
  }

  async #saveRequested(): Promise<void> {
    const requests = this.#host.takeCheckpointRequests();
    if (requests.size === 0) return;
    this.#host.saveStates(this.moment);
    const folder = join(this.#folder, RUN_FILES.checkpoints);
    mkdirSync(folder, { recursive: true });
    for (const [fileName, aliases] of requests) {
      const path = join(folder, fileName);
      writeFileSync(path, `a checkpoint of a trial, after step ${this.#progress.step}\n`);
      this.checkpoints.push({ fileName, step: this.#progress.step });
      await this.#host.fire("onCheckpoint", { ...this.moment, path, aliases: [...aliases] });
    }
    await this.#host.drain(this.moment);
  }

  async #end(ending: TrialEnding): Promise<TrialEnding> {
    const { best, step } = this.#progress;
    const { status, reason, error, stopRequests } = ending;
    const event = {
      ...this.moment,
      status,
      ...(reason === null ? {} : { reason }),
      ...(stopRequests.length === 0 ? {} : { stopRequests }),
      summary: best === null ? {} : bestSummary(best.epoch, best.metrics),
      error,
      seconds: step,
    };
    // As in a training, the row that a failure has left is handed over; the first error is the run's.
    if (status === "failed" && this.#isRowLeft) await this.#host.closeRow(this.moment).catch(() => {});
    try {
      await this.#host.fire("onRunEnd", event, async () => {
        await this.#host.drain(this.moment);
        await this.#saveRequested();
      });
      return ending;
    } catch (cause) {
      return { ...ending, status: "failed", error: error ?? (cause as Error) };
    }
  }
}
