/** From a configuration to a finished run: prepares it, opens what it works with, trains, releases. */

import type { Json } from "../base/json.ts";
import { UserError } from "../base/problem.ts";
import { readCheckpoint } from "../checkpoint/detector-state.ts";
import type { Config } from "../config/config.ts";
import { configText } from "../config/write-config.ts";
import type { ProcessConsole } from "../console/console.ts";
import type { LoadedData } from "../dataset/dataset.ts";
import { dataFingerprint } from "../dataset/fingerprint.ts";
import { loadDatasets } from "../dataset/load-datasets.ts";
import { detectorSettings } from "../detection/detector-settings.ts";
import type { EngineOptions, GradientEngine } from "../detection/engine/gradient-engine.ts";
import { openEngine } from "../detection/open-engine.ts";
import { removeTemporaries } from "../files/temporaries.ts";
import { writeFileAtomic } from "../files/write-atomic.ts";
import type { RunFacts } from "../hooks/lifecycle.ts";
import type { LoadedPlugin } from "../hooks/load-plugins.ts";
import { PluginHost } from "../hooks/plugin-host.ts";
import { countParameters, describeArchitecture } from "../model/architecture.ts";
import { CheckpointKeeper } from "./checkpoint-keeper.ts";
import { ClaimedRunFolder } from "./claimed-run-folder.ts";
import { reportEarlyExit } from "./early-exit.ts";
import { stepsPerEpoch } from "./epoch-plan.ts";
import { freshLearner, type Learner, type ResumedRun, resumedLearner } from "./learner.ts";
import { FRESH_PROGRESS, type ProgressState } from "./progress-state.ts";
import { type ResumeTarget, resumeState } from "./resume.ts";
import {
  introduction,
  loadingProgress,
  reportNotes,
  reportSkipped,
  sayHowToGoOn,
  sayIfLittleIsLearned,
} from "./run-announcements.ts";
import { runCheckpoint } from "./run-checkpoint.ts";
import type { RunFolder } from "./run-folder.ts";
import { planOptions, scheduleOf } from "./run-length.ts";
import type { RunProfile } from "./run-profile.ts";
import { reportStrayErrors } from "./stray-errors.ts";
import { type RunOutcome, trainRun } from "./train-run.ts";

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
  /** Measures the phases of the run, or nothing; its table is printed at the end. */
  readonly profile: RunProfile;
}

/**
 * Trains to the end of the run and releases everything that it took.
 *
 * @throws {UserError} If something is wrong before the first step, with data, device, folder or plugins.
 *   Later errors are the outcome's `error`.
 */
export async function startRun(options: StartOptions): Promise<RunOutcome> {
  const { resume } = options;
  if (resume === null) return prepareAndTrain(options, null);
  // The lock comes before the checkpoint is read: a process that still trains there would write a newer one.
  using folder = ClaimedRunFolder.claim(resume.folder);
  removeTemporaries(resume.folder.checkpoints); // half-written files of a killed process
  const loaded = readCheckpoint(resume.checkpoint);
  const state = resumeState(loaded.extra, resume.checkpoint);
  return await prepareAndTrain(options, { run: { ...resume, loaded, state }, folder });
}

/** A run that is resumed, with its folder, which this process holds until the run has ended. */
interface Resumed {
  readonly run: ResumedRun;
  readonly folder: ClaimedRunFolder;
}

/** A run before it has taken anything that has to be released. */
interface PreparedRun {
  /** Eight lower-case letters and digits. */
  readonly id: string;
  /** ms since 1970. */
  readonly startedAt: number;
  readonly data: LoadedData;
  readonly fingerprint: string;
  readonly learner: Learner;
  /** Where training begins. */
  readonly progress: ProgressState;
}

async function prepareAndTrain(options: StartOptions, resumed: Resumed | null): Promise<RunOutcome> {
  const { config, console, signal, profile } = options;
  const run = await prepareRun(options, resumed?.run ?? null);

  await using engine = await openEngine(engineOptions(options));
  engine.setParameters(run.learner.parameters.flat);
  using _strayErrors = reportStrayErrors(console);
  using _earlyExit = reportEarlyExit(console);
  signal.throwIfAborted(); // nothing has been done yet that would be worth a folder
  using folder =
    resumed?.folder ?? ClaimedRunFolder.make(options.runs, config.experiment.name, new Date(run.startedAt));
  folder.attach(console);
  keepConfig(folder.paths, config);
  const host = await openHost(options, run, folder.paths, resumed?.run ?? null);
  await using checkpoints = openCheckpoints(options, run, folder.paths, host);

  const facts = runFacts(config, run, engine);
  console.line(introduction(facts, resumed && run.progress));
  folder.beginTraining();
  const { data, learner, progress } = run;
  const outcome = await trainRun({
    config,
    facts,
    train: data.train,
    validation: data.validation,
    engine,
    ...learner,
    progress,
    host,
    checkpoints,
    profile,
    signal,
  });
  reportSkipped(data, console);
  const isUnfinished = outcome.status === "interrupted" || outcome.status === "failed";
  if (isUnfinished) sayHowToGoOn(folder.paths, console);
  else sayIfLittleIsLearned(outcome.progress, config, console);
  const table = profile.report();
  if (table !== null) console.line(`\n${table}`);
  return outcome;
}

/** Reads the data, and the weights of the checkpoint or the initial ones. */
async function prepareRun(
  { config, console, signal, profile }: StartOptions,
  resumed: ResumedRun | null,
): Promise<PreparedRun> {
  const startedAt = Date.now();
  const data = await profile.during("reading sheets", () =>
    loadDatasets(config.data, {
      onProgress: loadingProgress(console),
      signal,
      splits: ["train", "validation"], // the test split is for evaluation, and not read here
    }),
  );
  console.status(null);
  reportNotes(data, config.data.root, console);
  const fingerprint = dataFingerprint(data.train, data.validation);
  const learner = resumed
    ? resumedLearner(config, resumed, fingerprint, console)
    : freshLearner(config, console);
  const id = resumed?.state.runId ?? newRunId();
  const progress = resumed?.state.progress ?? FRESH_PROGRESS;
  return { id, startedAt, data, fingerprint, learner, progress };
}

function engineOptions({ config, console }: StartOptions): EngineOptions {
  return {
    device: config.training.device,
    workers: config.training.workers,
    seed: config.experiment.seed,
    detector: detectorSettings(config.model),
    loss: { ...config.model.loss, aux_loss: config.model.detr.aux_loss },
    warn: (text) => console.warn(text),
  };
}

/** Writes the run's configuration, with the overrides of this start, into its folder. */
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

/** Sets up the plugins and prints which hooks each of them has. */
async function openHost(
  { config, plugins, console, signal, traceHooks }: StartOptions,
  { id, startedAt, progress }: PreparedRun,
  folder: RunFolder,
  resumed: ResumedRun | null,
): Promise<PluginHost> {
  const context = {
    id,
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
  };
  const host = new PluginHost(context, { signal, traceHooks });
  await host.setUp(plugins, resumed?.state.pluginStates ?? {});
  const roster = host.roster.map(({ name, hooks }) => `  ${name}: ${hooks.join(", ") || "no hooks"}`);
  console.line(roster.length === 0 ? "plugins: none" : ["plugins, in calling order:", ...roster].join("\n"));
  if (!host.roster.some(({ name }) => name === "checkpoint")) {
    console.line("note: the checkpoint plugin is off, nothing of this run is saved");
  }
  return host;
}

function openCheckpoints(
  { config, profile }: StartOptions,
  { id, data, fingerprint, learner }: PreparedRun,
  folder: RunFolder,
  host: PluginHost,
): CheckpointKeeper {
  const schedule = scheduleOf(config, data.train.length);
  const value = (progress: ProgressState, pluginStates: Record<string, Json>) =>
    runCheckpoint({ runId: id, progress, pluginStates, config, data: fingerprint }, schedule, learner);
  return new CheckpointKeeper(folder.checkpoints, host, value, profile);
}

function runFacts(config: Config, { data }: PreparedRun, { device }: GradientEngine): RunFacts {
  const detector = detectorSettings(config.model);
  const plan = planOptions(config, data.train.length);
  return {
    trainSheets: data.train.length,
    sheetsPerEpoch: plan.sheets,
    validationSheets: data.validation.length,
    testSheets: data.annotated.test,
    datasets: data.datasets,
    totalParameters: countParameters(detector),
    trainableParameters: countParameters(detector),
    architecture: describeArchitecture(detector),
    device,
    totalSteps: scheduleOf(config, data.train.length).totalSteps,
    stepsPerEpoch: stepsPerEpoch(plan),
    maxEpochs: config.training.max_epochs,
  };
}

/** Eight lower-case letters and digits, as W&B's own clients make them. */
function newRunId(): string {
  const letters = "0123456789abcdefghijklmnopqrstuvwxyz";
  return Array.from(crypto.getRandomValues(new Uint32Array(8)), (value) => letters[value % 36]).join("");
}
