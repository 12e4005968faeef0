/** From a configuration to a finished run: data, network, device, folder, plugins, then the loop; and back down again. */

import { rmSync } from "node:fs";
import { basename } from "node:path";
import { UserError } from "../base/problem.ts";
import { loadAdamW } from "../checkpoint/adamw-state.ts";
import { checkpointValue, type LoadedCheckpoint, readCheckpoint } from "../checkpoint/detector-state.ts";
import type { PtWritable } from "../checkpoint/pt-value.ts";
import { schedulerState } from "../checkpoint/scheduler-state.ts";
import { loadStateDict } from "../checkpoint/state-dict.ts";
import type { Config } from "../config/config.ts";
import { configText } from "../config/write-config.ts";
import type { ProcessConsole } from "../console/console.ts";
import { dataFingerprint } from "../dataset/fingerprint.ts";
import { loadDatasets } from "../dataset/load-datasets.ts";
import { detectorSettings } from "../detection/detector-settings.ts";
import type { GradientEngine } from "../detection/engine/gradient-engine.ts";
import { openEngine } from "../detection/open-engine.ts";
import { acquireFolderLock, type FolderLock } from "../files/folder-lock.ts";
import { removeTemporaries } from "../files/temporaries.ts";
import { writeFileAtomic } from "../files/write-atomic.ts";
import type { RunFacts } from "../hooks/lifecycle.ts";
import type { LoadedPlugin } from "../hooks/load-plugins.ts";
import { PluginHost } from "../hooks/plugin-host.ts";
import { countParameters, describeArchitecture } from "../model/architecture.ts";
import { createParameters, layOutParameters, type ParameterSet } from "../model/parameters.ts";
import { type AdamWState, freshAdamW } from "../optim/adamw.ts";
import { learningRate } from "../optim/learning-rate.ts";
import { CheckpointKeeper } from "./checkpoint-keeper.ts";
import { stepsPerEpoch } from "./epoch-plan.ts";
import { loadInitialWeights } from "./initial-weights.ts";
import { FRESH_PROGRESS } from "./progress-state.ts";
import { checkResume, type ResumeState, type ResumeTarget, resumeExtra, resumeState } from "./resume.ts";
import {
  introduction,
  loadingProgress,
  reportNotes,
  reportSkipped,
  sayHowToGoOn,
} from "./run-announcements.ts";
import { createRunFolder, type RunFolder } from "./run-folder.ts";
import { samplesPerEpoch } from "./sample-source.ts";
import { reportStrayErrors } from "./stray-errors.ts";
import { planOptions, type RunOutcome, schedule, type TrainRun, trainRun } from "./train-run.ts";

/** A run to go on with: its checkpoint as read. */
interface ResumedRun extends ResumeTarget {
  readonly loaded: LoadedCheckpoint;
  readonly state: ResumeState;
}

export interface StartOptions {
  readonly config: Config;
  /** The plugins that are on, in calling order. */
  readonly plugins: readonly LoadedPlugin[];
  readonly console: ProcessConsole;
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** True: prints how long each call of a plugin takes (`--trace-hooks`). */
  readonly traceHooks: boolean;
  /** Folder of all runs, for a fresh one. */
  readonly runs: string;
  readonly resume: ResumeTarget | null;
}

/**
 * Runs to the end and releases everything it took.
 *
 * @throws {UserError} For whatever is wrong before the first step: data, device, folder, plugins. What goes wrong
 *   later is the outcome's `error`.
 */
export async function startRun(options: StartOptions): Promise<RunOutcome> {
  const { resume } = options;
  if (resume === null) return prepareAndTrain(options, null, null);
  // Before the checkpoint is read: a process that still trains in the folder would write a newer one.
  const lock = acquireFolderLock(resume.folder.path);
  try {
    removeTemporaries(resume.folder.checkpoints); // what a killed process left half-written
    const loaded = readCheckpoint(resume.checkpoint);
    const state = resumeState(loaded.extra, resume.checkpoint);
    return await prepareAndTrain(options, { ...resume, loaded, state }, lock);
  } finally {
    lock.release();
  }
}

async function prepareAndTrain(
  options: StartOptions,
  resumed: ResumedRun | null,
  held: FolderLock | null,
): Promise<RunOutcome> {
  const { config, console } = options;
  const startedAt = Date.now();
  const detector = detectorSettings(config.model);
  const data = await loadDatasets(config.data, {
    onProgress: loadingProgress(console),
    signal: options.signal,
    splits: ["train", "validation"], // the test split is for evaluation after training, it is not even read
  });
  console.status(null);
  reportNotes(data, console);

  const parameters = createParameters(detector, config.experiment.seed);
  const optimizer = freshAdamW(parameters.flat.length);
  const keepsAverage = config.training.ema_decay !== null;
  const fingerprint = dataFingerprint(data.train, data.validation);
  if (!resumed && config.model.init !== null) {
    console.line(loadInitialWeights(config.model, parameters));
  }
  if (resumed) {
    const { loaded, state, checkpoint } = resumed;
    const notes = checkResume(state, config, checkpoint, state.data === fingerprint);
    loadStateDict(loaded.model, parameters, checkpoint);
    if (loaded.optimizer) loadAdamW(loaded.optimizer, parameters, optimizer, checkpoint);
    for (const note of notes) console.line(`note: ${note}`);
    if (keepsAverage && !loaded.average) console.line("note: the average of the weights begins here");
    if (basename(checkpoint) !== "last.pt") {
      console.line(
        `note: going on from ${basename(checkpoint)}; what the run saved after it is replaced step by step`,
      );
    }
  }

  const average = keepsAverage ? parameters.flat.slice() : null;
  if (average && resumed?.loaded.average) {
    loadStateDict(resumed.loaded.average, layOutParameters(detector, average), resumed.checkpoint);
  }

  let engine: GradientEngine | null = null;
  let lock = held;
  let checkpoints: CheckpointKeeper | null = null;
  let stopReporting = () => {};
  let unused: RunFolder | null = null; // a fresh run's, until its training begins
  try {
    engine = await openEngine({
      device: config.training.device,
      workers: config.training.workers,
      seed: config.experiment.seed,
      detector,
      loss: { ...config.model.loss, aux_loss: config.model.detr.aux_loss },
      warn: (text) => console.warn(text),
    });
    engine.setParameters(parameters.flat);
    stopReporting = reportStrayErrors(console);
    options.signal.throwIfAborted(); // nothing was done yet: then there is nothing to keep either

    if (!resumed) unused = createRunFolder(options.runs, config.experiment.name, new Date(startedAt));
    const folder = resumed?.folder ?? unused!;
    lock ??= acquireFolderLock(folder.path);
    console.attach(folder.outputLog);
    keepConfig(folder, config);

    const runId = resumed?.state.runId ?? newRunId();
    const progress = resumed?.state.progress ?? FRESH_PROGRESS;
    const host = new PluginHost(
      {
        id: runId,
        name: config.experiment.name,
        folder: folder.path,
        config,
        startedAt,
        resumed: resumed && {
          step: progress.step,
          epoch: progress.epoch,
          bestValF1: progress.best?.metrics.f1 ?? null,
        },
        console,
      },
      { signal: options.signal, traceHooks: options.traceHooks },
    );
    await setUpPlugins(host, options, resumed);
    const split = { config, train: data.train };
    checkpoints = new CheckpointKeeper(folder.checkpoints, host, (current, pluginStates) =>
      checkpointOf(
        { runId, progress: current, pluginStates, config, data: fingerprint },
        split,
        parameters,
        average,
        optimizer,
      ),
    );

    const facts: RunFacts = {
      trainSheets: data.train.length,
      sheetsPerEpoch: samplesPerEpoch(config, data.train.length),
      validationSheets: data.validation.length,
      testSheets: data.annotated.test,
      datasets: data.datasets,
      totalParameters: countParameters(detector),
      trainableParameters: countParameters(detector),
      architecture: describeArchitecture(detector),
      device: engine.device,
      totalSteps: schedule(split).totalSteps,
      stepsPerEpoch: stepsPerEpoch(planOptions(split)),
      maxEpochs: config.training.max_epochs,
    };
    console.line(introduction(facts, resumed && progress));
    unused = null;
    const outcome = await trainRun({
      config,
      facts,
      train: data.train,
      validation: data.validation,
      engine,
      parameters,
      average,
      optimizer,
      progress,
      host,
      checkpoints,
      signal: options.signal,
    });
    reportSkipped(data, console);
    if (outcome.status === "interrupted" || outcome.status === "failed") sayHowToGoOn(folder, console);
    return outcome;
  } finally {
    await checkpoints?.close();
    await engine?.dispose();
    stopReporting();
    lock?.release();
    if (unused !== null) {
      console.detach();
      rmSync(unused.path, { recursive: true, force: true });
    }
  }
}

/** The dictionary of a checkpoint; its tensors are views of the live weights and moments. */
function checkpointOf(
  state: ResumeState,
  split: Pick<TrainRun, "config" | "train">,
  parameters: ParameterSet,
  average: Float32Array | null,
  optimizer: AdamWState,
): PtWritable {
  const { config, progress } = state;
  return checkpointValue({
    parameters,
    average,
    optimizer: {
      ...optimizer,
      lr: learningRate(progress.step + 1, schedule(split)),
      initialLr: config.training.lr,
      weightDecay: config.training.weight_decay,
    },
    scheduler: schedulerState(progress.step, schedule(split)),
    epoch: progress.epoch,
    trainMetrics: progress.train,
    valMetrics: progress.val,
    bestValF1: progress.best?.metrics.f1 ?? null,
    extra: resumeExtra(state),
  });
}

/** The configuration that the run had: with the overrides of this start. */
function keepConfig(folder: RunFolder, config: Config): void {
  try {
    writeFileAtomic(folder.config, configText(config, folder.config));
  } catch (cause) {
    throw new UserError(
      {
        file: folder.config,
        message: "Cannot keep the run's configuration",
        expected: "a folder that can be written to",
        got: (cause as Error).message,
        fix: "free space or change the folder's permissions, then start again",
      },
      { cause },
    );
  }
}

/** Sets the plugins up and prints who is called when. */
async function setUpPlugins(
  host: PluginHost,
  { console, plugins }: StartOptions,
  resumed: ResumedRun | null,
): Promise<void> {
  await host.setUp(plugins, resumed?.state.pluginStates ?? {});
  const roster = host.roster.map(({ name, hooks }) => `  ${name}: ${hooks.join(", ") || "no hooks"}`);
  console.line(roster.length === 0 ? "plugins: none" : ["plugins, in calling order:", ...roster].join("\n"));
  if (!host.roster.some(({ name }) => name === "checkpoint")) {
    console.line("note: the checkpoint plugin is off, nothing of this run is saved");
  }
}

/** Eight lower-case letters and digits, as W&B's own clients make them. */
function newRunId(): string {
  const letters = "0123456789abcdefghijklmnopqrstuvwxyz";
  return Array.from(crypto.getRandomValues(new Uint32Array(8)), (value) => letters[value % 36]).join("");
}
