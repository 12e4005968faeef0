/** Finds the checkpoint to resume from, and checks that the configuration still fits it. */

import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { commandLine } from "../base/command-line.ts";
import type { Json } from "../base/json.ts";
import { nearest } from "../base/nearest.ts";
import { isRecord } from "../base/plain-object.ts";
import { type Problem, UserError } from "../base/problem.ts";
import { BEST_CHECKPOINT, LAST_CHECKPOINT, RUN_FILES } from "../base/run-folder-names.ts";
import { shellWords } from "../base/shell-words.ts";
import { checkpointFiles, runsWithCheckpoints } from "../checkpoint/runs-with-checkpoints.ts";
import type { Config } from "../config/config.ts";
import { fileSize } from "../files/file-state.ts";
import type { StopRequest } from "../hooks/lifecycle.ts";
import { PRETRAINED } from "../pretrained/locate-pretrained.ts";
import { packStates, unpackStates } from "./plugin-states.ts";
import { EMPTY_SUMS, FRESH_PROGRESS, type ProgressState } from "./progress-state.ts";
import { type RunFolder, runFolderAt } from "./run-folder.ts";

/** What `--resume` names. */
export interface ResumeTarget {
  readonly folder: RunFolder;
  /**
   * The checkpoint that was named, or those of the run's folder: `last.pt` first, which is taken if it can be
   * read. At least one.
   */
  readonly checkpoints: readonly string[];
}

/** The part of a checkpoint's `extra` that a resumed run continues from. */
export interface ResumeState {
  readonly runId: string;
  readonly progress: ProgressState;
  readonly pluginStates: Readonly<Record<string, Json>>;
  /** The requests of plugins to end the run that it had not obeyed yet. */
  readonly stopRequests: readonly StopRequest[];
  readonly config: Config;
  /** The fingerprint of the sheets of training and validation, see `dataFingerprint`. */
  readonly data: string;
  /** The checkpoint that the run was forked from; null for a run of its own. */
  readonly parent: ParentCheckpoint | null;
}

/** Where a fork comes from. */
export interface ParentCheckpoint {
  readonly run_id: string;
  /** The file, absolute. */
  readonly checkpoint: string;
  readonly step: number;
  /** Finished epochs. */
  readonly epoch: number;
}

/**
 * Finds the run and the checkpoint that a new run begins with: as `findResumeTarget`, but the file may lie
 * anywhere if the new run has a configuration of its own.
 *
 * @param hasConfig Whether it has one.
 */
export function findForkTarget(wanted: string, runs: string, hasConfig: boolean): ResumeTarget {
  if (hasConfig && fileSize(wanted) !== null) {
    const path = resolve(wanted);
    return { folder: runFolderAt(dirname(dirname(path))), checkpoints: [path] };
  }
  return findResumeTarget(wanted, runs);
}

/**
 * Finds the run and the checkpoint that a user names.
 *
 * @param wanted A run's folder, a checkpoint file in it, or `latest` for the run under `runs` that was
 *   written last.
 * @throws {UserError} Exit code 2. It names what was expected and what was found.
 */
export function findResumeTarget(wanted: string, runs: string): ResumeTarget {
  if (wanted === "latest" && !existsSync(wanted)) {
    const [latest] = runsWithCheckpoints(runs);
    if (latest === undefined) {
      throw usage({
        file: runs,
        message: "Cannot resume the latest run",
        expected: "a folder of runs, one of them with a checkpoint",
        got: existsSync(runs) ? "none" : "no such folder",
        fix: howToStart(),
      });
    }
    return findResumeTarget(latest, runs);
  }
  if (wanted.trim() === "") {
    throw usage({
      message: "Cannot tell which run to resume",
      expected: "a run's folder, a checkpoint file, or latest",
      got: "nothing after --resume",
      fix: "--resume latest",
    });
  }
  if (wanted === PRETRAINED && !existsSync(wanted)) {
    throw usage({
      message: "Cannot resume from the weights that come with the project",
      expected: "a run's folder, a checkpoint file, or latest",
      got: `${PRETRAINED}, which are weights without a run`,
      fix: `a new run that starts from them: --model.init=${PRETRAINED}`,
    });
  }
  if (!existsSync(wanted)) {
    const known = runsWithCheckpoints(runs).map((path) => join(runs, basename(path)));
    const close = nearest(wanted, known) ?? known[0];
    throw usage({
      file: wanted,
      message: "Cannot resume from it",
      expected: "a run's folder, a checkpoint file, or latest",
      got: "no such path",
      fix: close === undefined ? howToStart() : shellWords(["--resume", close]),
    });
  }
  const path = resolve(wanted);
  if (!statSync(path).isDirectory()) {
    const folder = runFolderAt(dirname(dirname(path)));
    const expected = `a checkpoint inside a run's folder, runs/<run>/${RUN_FILES.checkpoints}/<name>.pt`;
    return withConfig({ folder, checkpoints: [path] }, wanted, expected);
  }
  const run = basename(path) === RUN_FILES.checkpoints ? dirname(path) : path;
  const target = checkpointsOf(runFolderAt(run), wanted);
  return withConfig(target, wanted, `a run's folder with ${RUN_FILES.config} in it`);
}

function howToStart(): string {
  return `start a run: ${commandLine("train", "configs/minimal.yaml")}`;
}

/** Checks that the run's folder holds its configuration, which is read from there. */
function withConfig(target: ResumeTarget, wanted: string, expected: string): ResumeTarget {
  const { config } = target.folder;
  if (existsSync(config)) return target;
  throw usage({
    file: wanted,
    message: "Cannot resume from it",
    expected,
    got: `no ${config}`,
    fix:
      "put the run's configuration back: its checkpoints hold it too, " +
      commandLine("checkpoint", "inspect", wanted, "--json"),
  });
}

/** All checkpoints of a run, `last.pt` first. */
function checkpointsOf(folder: RunFolder, wanted: string): ResumeTarget {
  const last = join(folder.checkpoints, LAST_CHECKPOINT);
  const found = checkpointFiles(folder).map(({ path }) => path);
  if (found.length > 0) {
    return { folder, checkpoints: found.sort((a, b) => Number(b === last) - Number(a === last)) };
  }
  const unreadable = whyUnreadable(folder.checkpoints);
  if (unreadable !== null) {
    throw usage({
      file: folder.checkpoints,
      message: "Cannot resume this run",
      expected: "a folder that can be read",
      got: unreadable,
      fix: "restore the folder or its permissions: the run goes on from the checkpoints in it",
    });
  }
  throw usage({
    file: wanted,
    message: "Cannot resume this run",
    expected: `${RUN_FILES.checkpoints}/${LAST_CHECKPOINT} in the run's folder`,
    got: existsSync(folder.checkpoints) ? "no checkpoint" : `no folder ${RUN_FILES.checkpoints}/`,
    fix: existsSync(folder.config)
      ? `start it again from its configuration: ${commandLine("train", folder.config)}`
      : "name a run's folder, or latest",
  });
}

/** The system's reason why a folder that is there cannot be read; null if it can be, or is not there. */
function whyUnreadable(folder: string): string | null {
  try {
    readdirSync(folder);
    return null;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === "ENOENT" ? null : message;
  }
}

/**
 * Reads what the loop saved in a checkpoint's `extra`.
 *
 * @throws {UserError} If the file holds weights alone, which a run cannot continue from.
 */
export function resumeState(extra: Readonly<Record<string, Json>> | null, file: string): ResumeState {
  if (extra === null || !isWhole(extra)) {
    throw new UserError({
      file,
      message: "Cannot resume from it",
      expected: "a checkpoint of this project, with step counters, configuration and run id",
      got: "weights without them",
      fix: `resume from a ${LAST_CHECKPOINT} or ${BEST_CHECKPOINT} that a run wrote`,
    });
  }
  const progress = extra.progress as unknown as ProgressState;
  return {
    runId: extra.run_id as string,
    // A checkpoint from before a part of the loss was added has no sum of it.
    progress: { ...FRESH_PROGRESS, ...progress, sums: { ...EMPTY_SUMS, ...progress.sums } },
    pluginStates: unpackStates(extra.plugin_states as Record<string, Json>),
    stopRequests: (extra.stop_requests ?? []) as unknown as readonly StopRequest[],
    config: extra.config as unknown as Config,
    data: extra.data as string,
    parent: (extra.parent ?? null) as unknown as ParentCheckpoint | null,
  };
}

/** Whether all is there that a run continues from. */
function isWhole({ run_id, progress, plugin_states, config, data }: Readonly<Record<string, Json>>): boolean {
  const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
  return (
    typeof run_id === "string" &&
    typeof data === "string" &&
    isRecord(plugin_states) &&
    isRecord(config) &&
    isRecord(progress) &&
    [progress.step, progress.epoch, progress.stepInEpoch].every(isCount)
  );
}

/** What the loop puts into a checkpoint's `extra`; `resumeState` reads it. */
export function resumeExtra(state: ResumeState): { readonly [key: string]: Json } {
  return {
    run_id: state.runId,
    progress: state.progress as unknown as Json,
    plugin_states: packStates(state.pluginStates),
    ...(state.stopRequests.length > 0 ? { stop_requests: state.stopRequests as unknown as Json } : {}),
    config: state.config as unknown as Json,
    data: state.data,
    ...(state.parent ? { parent: { ...state.parent } } : {}),
  };
}

/** Settings of the network: another network cannot take the weights. */
const NETWORK_KEYS = ["model.type", "model.backbone", "model.detr", "model.dense_head"];
/** Within an epoch these settings decide which sheets the run has already visited. */
const EPOCH_KEYS = [
  "experiment.seed",
  "data.augment",
  "data.repeats",
  "data.dataset_repeats",
  "data.synthetic_per_epoch",
  "training.batch_size",
  "training.gradient_accumulation_steps",
];

/**
 * Compares the configuration of a checkpoint with the one of this start.
 *
 * @param sameData Whether the splits hold the same sheets.
 * @returns Notes on changes that are allowed but have consequences.
 * @throws {UserError} Exit code 2, with one problem per key whose change makes the state meaningless.
 */
export function checkResume(saved: ResumeState, config: Config, file: string, sameData: boolean): string[] {
  const before = flatten(saved.config);
  const after = flatten(config);
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    (key) => before.get(key) !== after.get(key),
  );
  const within = (keys: readonly string[]) =>
    changed.filter((key) => keys.some((prefix) => key === prefix || key.startsWith(`${prefix}.`)));
  const refused = (key: string, why: string): Problem => ({
    file,
    message: `Cannot resume with another ${key}`,
    expected: `${before.get(key) ?? "nothing"} (${why})`,
    got: after.get(key) ?? "nothing",
    fix: `leave it as it was, or start a new run`,
  });
  const midEpoch = saved.progress.stepInEpoch > 0;
  // Older checkpoints have no settings of a dense head.
  const hasNone = !before.has("model.dense_head.enabled") && !config.model.dense_head.enabled;
  const problems = [
    // Dropout has no weights: its rate may change.
    ...within(NETWORK_KEYS)
      .filter((key) => !/\.(dropout|aux_loss)$/.test(key))
      .filter((key) => !(hasNone && key.startsWith("model.dense_head.")))
      .map((key) => refused(key, "the network that the checkpoint holds")),
    ...(midEpoch
      ? within(EPOCH_KEYS)
          .filter((key) => before.has(key)) // older checkpoints lack newer keys, and had their defaults
          .map((key) => refused(key, "the checkpoint lies within an epoch"))
      : []),
  ];
  if (!sameData && midEpoch) {
    problems.push({
      file,
      message: "Cannot resume with other data",
      expected: "the sheets that the run was trained on: the checkpoint lies within an epoch",
      got: "other sheets, another order or another split",
      fix: "restore the datasets and the data section, or start a new run",
    });
  }
  if (config.training.max_epochs < saved.progress.epoch) {
    problems.push({
      file,
      message: "Cannot resume with fewer epochs than are done",
      expected: `training.max_epochs of ${saved.progress.epoch} at least`,
      got: `${config.training.max_epochs}`,
    });
  }
  if (problems.length > 0) throw usage(problems);
  const notes: string[] = [];
  if (!sameData)
    notes.push(
      "the data changed since the checkpoint: the rest of the run differs from an uninterrupted one",
    );
  if (changed.includes("training.max_epochs")) {
    const [from, to] = [before, after].map((settings) => settings.get("training.max_epochs"));
    const consequence = "the learning-rate schedule is recomputed for the new length";
    notes.push(`max_epochs ${from} → ${to}: ${consequence}`);
  }
  const others = changed.filter((key) => key !== "training.max_epochs" && key !== "experiment.notes");
  if (others.length > 0) notes.push(`changed since the checkpoint: ${others.join(", ")}`);
  return notes;
}

function flatten(value: unknown, prefix = ""): Map<string, string> {
  if (!isRecord(value)) {
    return new Map([[prefix, JSON.stringify(value)]]);
  }
  return new Map(
    Object.entries(value).flatMap(([key, child]) => [
      ...flatten(child, prefix === "" ? key : `${prefix}.${key}`),
    ]),
  );
}

function usage(problems: Problem | Problem[]): UserError {
  return new UserError(problems, { exitCode: 2 });
}
