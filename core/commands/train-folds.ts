/**
 * `bun run train <config> --folds 5`: trains once per fold of the workbooks, measures each fold with the
 * training that did not see it, then trains on all sheets.
 */

import { existsSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { commandLine } from "../base/command-line.ts";
import type { PredictedTable } from "../base/predicted-table.ts";
import { type ExitCode, usageError } from "../base/problem.ts";
import { formatRange } from "../base/range.ts";
import { roundedScore } from "../base/rounded-score.ts";
import { LAST_CHECKPOINT, RUN_FILES } from "../base/run-folder-names.ts";
import { locateCheckpoint } from "../checkpoint/locate-checkpoint.ts";
import type { Config } from "../config/config.ts";
import { derivedName, derivedTag } from "../config/derived-names.ts";
import { configText } from "../config/write-config.ts";
import { errorText } from "../console/command.ts";
import type { ProcessConsole } from "../console/console.ts";
import { planReading } from "../dataset/reading-plan.ts";
import { evaluationSettings } from "../evaluation/evaluation-settings.ts";
import { fineTuning, fineTuningText } from "../evaluation/fine-tuning.ts";
import { type EvaluationSheet, loadSplit } from "../evaluation/load-split.ts";
import { tablesWith } from "../evaluation/tables-with.ts";
import { acquireFolderLock } from "../files/folder-lock.ts";
import { keepFile } from "../files/write-output.ts";
import { shortPath } from "../files/written-line.ts";
import { loadConfig } from "../hooks/load-config.ts";
import { requestControl, takeControl } from "../runs/control-request.ts";
import { stableThreshold } from "../scoring/stable-threshold.ts";
import { SCORE_THRESHOLDS } from "../scoring/threshold-table.ts";
import { withInitialShape } from "../training/initial-shape.ts";
import { isControlled } from "../training/obey-control.ts";
import { findResumeTarget } from "../training/resume.ts";
import { createFolderBesideRuns } from "../training/run-folder.ts";
import { NO_PROFILE } from "../training/run-profile.ts";
import { startRun } from "../training/start-run.ts";
import { keepFineTuning, refuseUnsaved, sayHowToPredict } from "./fine-tuning-report.ts";
import { type FoldsState, keepFoldsState, readFoldsState } from "./folds-state.ts";

/** What all trainings of a k-fold validation share. */
export interface FoldsOptions {
  /** The folder of all runs. */
  readonly runs: string;
  readonly console: ProcessConsole;
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  readonly traceHooks: boolean;
  readonly isVerbose: boolean;
}

/** The configuration in the folder of a k-fold validation. */
const CONFIG = "config.yaml";

/** A k-fold validation and its folder, which this process has locked. */
interface Study {
  readonly folder: string;
  readonly state: FoldsState;
  readonly config: Config;
  readonly options: FoldsOptions;
}

/**
 * Begins a k-fold validation.
 *
 * @throws {UserError} Exit code 2, if the configuration is wrong or there are fewer workbooks than folds.
 */
export async function startFolds(
  configFile: string,
  overrides: readonly string[],
  folds: number,
  options: FoldsOptions,
): Promise<ExitCode> {
  const loaded = await loadConfig(configFile, overrides, process.env);
  for (const note of loaded.notes) options.console.line(`note: ${note}`);
  refuseUnsaved(loaded.plugins, "the folds");
  const config = withInitialShape(loaded.config, options.runs);
  checkFolds(config, folds);
  const folder = createFolderBesideRuns(options.runs, `${config.experiment.name} folds`, new Date());
  using _lock = acquireFolderLock(folder);
  keepFile(join(folder, CONFIG), configText(config, join(folder, CONFIG)));
  const trainings = Array.from({ length: folds + 1 }, () => ({ run: null, isDone: false }));
  const study = { folder, state: { folds, trainings }, config, options };
  keepFoldsState(study.folder, study.state);
  return await runStudy(study);
}

/** Goes on with a k-fold validation that was interrupted. @param folder Its folder. */
export async function resumeFolds(folder: string, options: FoldsOptions): Promise<ExitCode> {
  using _lock = acquireFolderLock(folder);
  takeControl(folder); // what was asked of a process that has ended
  const path = resolve(folder);
  const { config } = await loadConfig(join(path, CONFIG), [], process.env);
  return await runStudy({ folder: path, state: readFoldsState(path), config, options });
}

/** Every fold needs a workbook of its own. */
function checkFolds({ data }: Config, folds: number): void {
  const { annotated } = planReading({ ...data, fold: [folds, folds] }, []);
  if (annotated.validation > 0) return;
  throw usageError({
    where: "command line",
    message: `Cannot divide the sheets into ${folds} folds`,
    expected: `at least ${folds} labelled workbooks outside of a published test split`,
    got: `fewer workbooks, with ${annotated.train} sheets, in ${data.dataset_names.join(", ")}`,
    fix: "--folds with a smaller number, or label more workbooks",
  });
}

async function runStudy(study: Study): Promise<ExitCode> {
  const { state, options, folder } = study;
  const { console, signal } = options;
  const { folds } = state;
  try {
    for (let fold = 1; fold <= folds; fold++) {
      console.line(`\nfold ${fold} of ${folds}`);
      const code = await train(study, fold - 1, foldOverrides(study, fold));
      if (code !== null) return unfinished(study, code);
    }
    const scoreThreshold = await measure(study);
    console.line(`\ntraining on all sheets, with a score threshold of ${scoreThreshold.toFixed(3)}`);
    const code = await train(study, folds, finalOverrides(study, scoreThreshold));
    if (code !== null) return unfinished(study, code);
  } catch (error) {
    if (error !== signal.reason) throw error;
    return unfinished(study, 130);
  }
  const last = join(options.runs, state.trainings[folds]!.run!);
  for (const name of [RUN_FILES.fineTuning, RUN_FILES.foldPredictions]) {
    keepFile(join(last, name), readFileSync(join(folder, name)));
  }
  sayHowToPredict(last, console);
  return 0;
}

/** Prints how to go on. */
function unfinished({ folder, options }: Study, code: ExitCode): ExitCode {
  options.console.line(`to go on with all folds: ${commandLine("train", "--resume", shortPath(folder))}`);
  return code;
}

function foldOverrides({ config, state, folder }: Study, fold: number): string[] {
  return [
    `--experiment.name=${derivedName(config.experiment.name, ` fold ${fold} of ${state.folds}`)}`,
    ...tagOverride(config, folder),
    `--data.fold=${fold},${state.folds}`,
    "--training.early_stopping_patience=null", // it would choose the end by the sheets that are measured
    "--evaluation.before_and_after=false",
  ];
}

function finalOverrides({ config, folder }: Study, scoreThreshold: number): string[] {
  return [
    ...tagOverride(config, folder),
    "--data.fold=null",
    "--data.train_ratio=1",
    "--data.val_ratio=0",
    "--data.test_ratio=0",
    "--training.early_stopping_patience=null",
    `--evaluation.score_threshold=${scoreThreshold}`,
    "--evaluation.before_and_after=false",
  ];
}

/** All trainings of the validation share a tag, by which W&B can group them. */
function tagOverride({ experiment }: Config, folder: string): string[] {
  const tag = derivedTag(basename(folder), "end");
  return [`--experiment.tags=${JSON.stringify([...new Set([...experiment.tags, tag])])}`];
}

/**
 * Trains one of the trainings, from its last checkpoint if it was interrupted; one that is done is left.
 *
 * @returns null if it is done now; otherwise the exit code, and nothing else is trained.
 */
async function train(study: Study, index: number, overrides: readonly string[]): Promise<ExitCode | null> {
  const { folder, state, options } = study;
  const { runs, console } = options;
  const training = state.trainings[index]!;
  if (training.isDone) {
    console.line(`done before: ${training.run}`);
    return null;
  }
  // Between two trainings, requests lie in the folder of the validation.
  const asked = takeControl(folder);
  if (asked.includes("stop")) {
    console.line("stopped: a stop was asked for");
    return 0;
  }
  const path = training.run === null ? null : join(runs, training.run);
  const isBegun = path !== null && existsSync(join(path, RUN_FILES.checkpoints, LAST_CHECKPOINT));
  const resume = isBegun ? findResumeTarget(path, runs) : null;
  const loaded = resume
    ? await loadConfig(resume.folder.config, [], process.env)
    : await loadConfig(join(folder, CONFIG), overrides, process.env);
  const following = state.trainings.length - 1 - index;
  const { status, error, stopRequests, lateRequests } = await startRun({
    ...options,
    config: loaded.config,
    plugins: loaded.plugins,
    resume,
    fork: null,
    profile: NO_PROFILE,
    part: { following },
    onFolder(run) {
      training.run = basename(run.path);
      keepFoldsState(study.folder, study.state);
      for (const action of [...asked, ...takeControl(folder)]) requestControl(run.path, action);
    },
  });
  console.detach();
  if (status === "interrupted") return 130;
  if (error !== null) {
    console.warn(errorText(error));
    return 1;
  }
  // Whoever stops one fold before its end would measure it by too short a training.
  if (isControlled(stopRequests)) return 0;
  training.isDone = true;
  keepFoldsState(study.folder, study.state);
  // A stop that was asked for in the last epoch of a fold ends the fold no earlier, and no other begins.
  const isAsked = isControlled(lateRequests) || takeControl(join(runs, training.run!)).includes("stop");
  return isAsked && following > 0 ? 0 : null;
}

/** What was found on a sheet by the training that did not see it. */
interface HeldOutSheet {
  readonly sheet: EvaluationSheet;
  /** Best score first, down to the lowest threshold of interest. */
  readonly found: readonly PredictedTable[];
  readonly fold: number;
}

/**
 * Measures every fold with the last weights of its training. With `score_threshold: auto`, the threshold for
 * a fold is chosen on the other folds, so that no sheet is measured with anything that it helped to choose.
 *
 * @returns The threshold for the training on all sheets.
 */
async function measure(study: Study): Promise<number> {
  const { config, state, folder, options } = study;
  const { console, runs } = options;
  const { score_threshold: configured, eob_threshold: eob } = config.evaluation;
  const held: HeldOutSheet[] = [];
  for (let fold = 1; fold <= state.folds; fold++) held.push(...(await heldOut(study, fold)));
  const thresholdOn = (chosen: readonly HeldOutSheet[]) =>
    configured === "auto"
      ? stableThreshold(
          chosen.map(({ sheet, found }) => ({ truth: sheet.ranges, found })),
          eob,
        )
      : configured;
  const thresholds = Array.from({ length: state.folds }, (_, index) =>
    thresholdOn(held.filter(({ fold }) => fold !== index + 1)),
  );
  const after = held.map(({ found, fold }) => found.filter(({ score }) => score >= thresholds[fold - 1]!));
  const sheets = held.map(({ sheet }) => sheet);
  const { init } = config.model;
  const before =
    init === null ? null : await tablesWith(locateCheckpoint(init, { runs }), sheets, weights(study));
  const result = fineTuning(sheets, before, after, { folds: state.folds, split: "folds" });
  keepFineTuning(folder, result);
  const lines = sheets.map(({ fileName, sheetName }, at) => {
    const tables = after[at]!.map(({ range, score }) => ({
      range: formatRange(range),
      score: roundedScore(score),
    }));
    return `${JSON.stringify({ file_name: fileName, sheet_name: sheetName, tables })}\n`;
  });
  keepFile(join(folder, RUN_FILES.foldPredictions), lines.join(""));
  console.line(`\n${fineTuningText(result)}`);
  return thresholdOn(held);
}

async function heldOut(study: Study, fold: number): Promise<HeldOutSheet[]> {
  const { config, state, options } = study;
  const data = evaluationSettings({ ...config.data, fold: [fold, state.folds] }, []);
  const { sheets } = await loadSplit(data, "validation", { signal: options.signal });
  const run = join(options.runs, state.trainings[fold - 1]!.run!);
  const { score_threshold: configured } = config.evaluation;
  const found = await tablesWith(join(run, RUN_FILES.checkpoints, LAST_CHECKPOINT), sheets, {
    ...weights(study),
    scoreThreshold: configured === "auto" ? SCORE_THRESHOLDS[0]! : configured,
  });
  return sheets.map((sheet, at) => ({ sheet, found: found[at]!, fold }));
}

function weights({ config, options }: Study) {
  const { console, signal } = options;
  return { device: config.training.device, signal, warn: (text: string) => console.warn(text) };
}
