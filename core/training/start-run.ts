/** From a configuration to a finished run: prepares it, opens what it works with, trains, releases. */

import type { Json } from "../base/json.ts";
import { UserError } from "../base/problem.ts";
import type { Config } from "../config/config.ts";
import { configText } from "../config/write-config.ts";
import type { ProcessConsole } from "../console/console.ts";
import type { LoadedData } from "../dataset/dataset.ts";
import { dataFingerprint } from "../dataset/fingerprint.ts";
import { GridStore } from "../dataset/grid-store.ts";
import { loadDatasets } from "../dataset/load-datasets.ts";
import { detectorSettings } from "../detection/detector-settings.ts";
import type { EngineOptions, GradientEngine } from "../detection/engine/gradient-engine.ts";
import { openLearning } from "../detection/engine/learning.ts";
import { openEngine, openRankedEngine } from "../detection/open-engine.ts";
import { removeTemporaries } from "../files/temporaries.ts";
import { writeFileAtomic } from "../files/write-atomic.ts";
import type { RunFacts } from "../hooks/lifecycle.ts";
import type { LoadedPlugin } from "../hooks/load-plugins.ts";
import { PluginHost } from "../hooks/plugin-host.ts";
import { countParameters, describeArchitecture } from "../model/architecture.ts";
import type { Learner } from "../optim/learner.ts";
import type { RankGroup } from "../ranks/rank-group.ts";
import { takeControl } from "../runs/control-request.ts";
import { CheckpointKeeper } from "./checkpoint-keeper.ts";
import { ClaimedRunFolder } from "./claimed-run-folder.ts";
import { condenseEntry } from "./condense-entries.ts";
import { reportEarlyExit } from "./early-exit.ts";
import { stepsPerEpoch } from "./epoch-plan.ts";
import { forkedConfig, forkedProgress, parentOf } from "./fork.ts";
import { withInitialShape, withParentShape } from "./initial-shape.ts";
import { freshLearner, type RunOrigin, resumedLearner } from "./learner.ts";
import { refuseNonFiniteState } from "./non-finite.ts";
import { withoutControl } from "./obey-control.ts";
import { openCheckpoint, savedState } from "./open-checkpoint.ts";
import { FRESH_PROGRESS, type ProgressState } from "./progress-state.ts";
import type { ParentCheckpoint, ResumeTarget } from "./resume.ts";
import {
  announcePlugins,
  introduction,
  loadingProgress,
  reportNotes,
  reportSkipped,
  sayHowToGoOn,
  sayIfLittleIsLearned,
  warnIfValidationIsSmall,
} from "./run-announcements.ts";
import { runCheckpoint } from "./run-checkpoint.ts";
import type { RunFolder } from "./run-folder.ts";
import { planOptions, scheduledSteps, scheduleOf } from "./run-length.ts";
import type { RunOutcome } from "./run-outcome.ts";
import { RunPace } from "./run-pace.ts";
import type { RunProfile } from "./run-profile.ts";
import { refuseEmptyEpoch } from "./sample-source.ts";
import { reportStrayErrors } from "./stray-errors.ts";
import { trainRun } from "./train-run.ts";

export interface StartOptions {
  readonly config: Config;
  /** The plugins that are on, in calling order. */
  readonly plugins: readonly LoadedPlugin[];
  readonly console: ProcessConsole;
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** True: prints how long each call of a plugin takes (`--trace-hooks`). */
  readonly traceHooks: boolean;
  /** True: prints what otherwise only `output.log` keeps (`--verbose`). */
  readonly isVerbose: boolean;
  /** Folder of all runs, for a fresh one. */
  readonly runs: string;
  /** The run to go on with; null for a new one. */
  readonly resume: ResumeTarget | null;
  /** The run whose state a new one begins with; null: it begins anew. */
  readonly fork: Pick<ResumeTarget, "checkpoints"> | null;
  /** The ranks that compute for this process, which is rank 0; null for a single process. @default null */
  readonly ranks?: RankGroup | null;
  /** Measures the phases of the run, or nothing; its table is printed at the end. */
  readonly profile: RunProfile;
  /** Called once the run's folder is there, with the configuration that the run has. */
  readonly onFolder?: (folder: RunFolder, config: Config) => void;
  /**
   * Set for one of several trainings in a row: how many of about the same length follow. The caller then
   * says how to go on after an interruption.
   */
  readonly part?: { readonly following: number };
}

/**
 * Trains to the end of the run and releases everything that it took.
 *
 * @throws {UserError} If something is wrong before the first step, with data, device, folder or plugins.
 *   Later errors are the outcome's `error`.
 */
export async function startRun(options: StartOptions): Promise<RunOutcome> {
  const { resume, fork, console, signal } = options;
  if (fork !== null) {
    const origin = { ...openCheckpoint(fork, console), isFork: true };
    const config = withParentShape(forkedConfig(options.config, origin), origin.state.config.model);
    return await prepareAndTrain({ ...options, config }, origin, null);
  }
  if (resume === null) {
    const config = withInitialShape(options.config, options.runs);
    return await prepareAndTrain({ ...options, config }, null, null);
  }
  // The lock comes before the checkpoint is read: a process that still trains there would write a newer one.
  using folder = await ClaimedRunFolder.claim(resume.folder, console, signal);
  removeTemporaries(resume.folder.checkpoints); // half-written files of a killed process
  takeControl(resume.folder.path); // what was asked of a process that has ended
  const origin = { ...openCheckpoint(resume, console), isFork: false };
  return await prepareAndTrain(options, origin, folder);
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
  readonly parent: ParentCheckpoint | null;
}

/** @param claimed The folder of a run that is resumed, which this process holds until the run has ended. */
async function prepareAndTrain(
  options: StartOptions,
  origin: RunOrigin | null,
  claimed: ClaimedRunFolder | null,
): Promise<RunOutcome> {
  const { config, console, signal, profile } = options;
  using grids = new GridStore(config.data.memory_limit * 2 ** 20);
  const run = await prepareRun(options, origin, grids);

  await using engine = options.ranks
    ? await openRankedEngine(engineOptions(options), options.ranks)
    : await openEngine(engineOptions(options));
  engine.setParameters(run.learner.parameters.flat);
  using _strayErrors = reportStrayErrors(console);
  using _earlyExit = reportEarlyExit(console);
  signal.throwIfAborted(); // nothing has been done yet that would be worth a folder
  using folder =
    claimed ?? ClaimedRunFolder.make(options.runs, config.experiment.name, new Date(run.startedAt));
  folder.attach(console);
  options.onFolder?.(folder.paths, config);
  // A resume that has nothing left to train changes nothing of what the run was.
  if (run.progress.epoch < config.training.max_epochs) keepConfig(folder.paths, config);
  const host = await openHost(options, run, folder.paths, origin);
  await using checkpoints = openCheckpoints(options, run, folder, host, origin);

  const facts = runFacts(config, run, engine);
  console.line(introduction(facts, origin && run.progress));
  warnIfValidationIsSmall(run.data.validation, config, console);
  folder.beginTraining();
  const { data, learner, progress } = run;
  const outcome = await trainRun({
    config,
    facts,
    train: data.train,
    validation: data.validation,
    leftOut: data.skipped.length,
    engine,
    learning: openLearning(engine, learner),
    ...learner,
    progress,
    host,
    checkpoints,
    profile,
    ...(config.model.init === null ? {} : { pace: openPace(options, facts, progress, engine.workers) }),
    takeControl: () => takeControl(folder.paths.path),
    signal,
  });
  reportSkipped(data, console);
  const isUnfinished =
    outcome.status === "interrupted" || outcome.status === "failed" || outcome.stopRequests.length > 0;
  if (isUnfinished && options.part === undefined) sayHowToGoOn(folder.paths, checkpoints.newest, console);
  else if (!isUnfinished) sayIfLittleIsLearned(outcome.progress, config, console);
  const table = profile.report();
  if (table !== null) console.line(`\n${table}`);
  return outcome;
}

/** Reads the data, and the weights of the checkpoint or the initial ones. */
async function prepareRun(
  { config, console, signal, profile, runs }: StartOptions,
  origin: RunOrigin | null,
  grids: GridStore,
): Promise<PreparedRun> {
  const startedAt = Date.now();
  const data = await profile.during("reading sheets", () =>
    loadDatasets(config.data, {
      onProgress: loadingProgress(console),
      signal,
      splits: ["train", "validation"], // the test split is for evaluation, and not read here
      keep: (entry) => grids.keep(condenseEntry(entry, config.data)),
    }),
  );
  console.status(null);
  reportNotes(data, config.data.root, console);
  refuseEmptyEpoch(config, data.train);
  const fingerprint = dataFingerprint(data.train, data.validation);
  const learner = origin
    ? resumedLearner(config, origin, fingerprint, console)
    : freshLearner(config, runs, console);
  const known = { startedAt, data, fingerprint, learner };
  if (origin === null) return { ...known, id: newRunId(), progress: FRESH_PROGRESS, parent: null };
  const { runId, progress, parent } = origin.state;
  if (!origin.isFork) return { ...known, id: runId, progress, parent };
  return { ...known, id: newRunId(), progress: forkedProgress(progress), parent: parentOf(origin) };
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

/** Sets up the plugins and says which are on. */
async function openHost(
  { config, plugins, console, signal, traceHooks, isVerbose }: StartOptions,
  { id, startedAt, progress }: PreparedRun,
  folder: RunFolder,
  origin: RunOrigin | null,
): Promise<PluginHost> {
  const resumed = origin?.isFork ? null : origin; // for plugins a fork is a new run
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
  const stopRequests = withoutControl(resumed?.state.stopRequests ?? []);
  const record = (line: string) => console.log(line);
  const host = new PluginHost(context, { signal, traceHooks, stopRequests, record });
  await host.setUp(plugins, resumed?.state.pluginStates ?? {});
  announcePlugins(host.roster, isVerbose, console);
  if (!host.roster.some(({ name }) => name === "checkpoint")) {
    console.line("note: the checkpoint plugin is off, nothing of this run is saved");
  }
  return host;
}

function openCheckpoints(
  { config, console, profile }: StartOptions,
  { id, data, fingerprint, learner, parent }: PreparedRun,
  folder: ClaimedRunFolder,
  host: PluginHost,
  origin: RunOrigin | null,
): CheckpointKeeper {
  const steps = stepsPerEpoch(planOptions(config, data.train));
  const value = (progress: ProgressState, pluginStates: Record<string, Json>) =>
    runCheckpoint(
      { runId: id, progress, pluginStates, stopRequests: host.stops.open, config, data: fingerprint, parent },
      steps,
      learner,
    );
  return new CheckpointKeeper(folder.paths.checkpoints, host, value, profile, {
    newest: origin && !origin.isFork ? savedState(origin) : null,
    check(moment, newest) {
      folder.checkHeld();
      refuseNonFiniteState(learner, moment, newest);
    },
    warn: (text) => console.warn(text),
  });
}

function runFacts(config: Config, { data, progress }: PreparedRun, { device }: GradientEngine): RunFacts {
  const detector = detectorSettings(config.model);
  const plan = planOptions(config, data.train);
  const steps = stepsPerEpoch(plan);
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
    totalSteps: progress.step + scheduleOf(config, steps).totalSteps - scheduledSteps(progress, steps),
    stepsPerEpoch: steps,
    maxEpochs: config.training.max_epochs,
  };
}

/** Trained weights are trained on in minutes, and whoever waits for them wants to know how many. */
function openPace(
  { console, part }: StartOptions,
  { totalSteps }: RunFacts,
  { step }: ProgressState,
  workers: number,
): RunPace {
  const following = part?.following ?? 0;
  const left = { steps: totalSteps - step, following, stepsOfEach: totalSteps, workers };
  return new RunPace(left, (text) => console.line(text));
}

/** Eight lower-case letters and digits, as W&B's own clients make them. */
function newRunId(): string {
  const letters = "0123456789abcdefghijklmnopqrstuvwxyz";
  return Array.from(crypto.getRandomValues(new Uint32Array(8)), (value) => letters[value % 36]).join("");
}
