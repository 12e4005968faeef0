/** Recognises the trials that are trainings of this project, and adds what a sweep wants of them. */

import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { isRecord } from "../base/plain-object.ts";
import { PROJECT_ROOT } from "../base/project-root.ts";
import { LAST_CHECKPOINT, RUN_FILES } from "../base/run-folder-names.ts";
import { derivedName, derivedTag } from "../config/derived-names.ts";
import { readYamlFile } from "../config/yaml-file.ts";

const TRAIN_SCRIPT = join(PROJECT_ROOT, "core/commands/train.ts");
/** The plugin that every training of a sweep runs with. */
const REPORTER = join(import.meta.dir, "report-epochs.ts");
/** What stands before `train` on a command line. */
const RUNNERS = ["run", "tablesense2"];

/** The words of a training. */
export interface TrainingWords {
  /** Those that start it: `bun run train`. */
  readonly start: readonly string[];
  readonly args: readonly string[];
}

/** @returns null for a command that starts something else. */
export function trainingWords(words: readonly string[]): TrainingWords | null {
  const at = words.findIndex(
    (word, i) =>
      (word === "train" && RUNNERS.includes(words[i - 1] ?? "")) ||
      (word.endsWith("train.ts") && resolve(word) === TRAIN_SCRIPT),
  );
  return at < 0 ? null : { start: words.slice(0, at + 1), args: words.slice(at + 1) };
}

/** The configuration that a training reads; null if it names none. */
export function configurationOf({ args }: TrainingWords): string | null {
  return args.find((word) => !word.startsWith("-") && /\.ya?ml$/i.test(word)) ?? null;
}

/** What a trial's training gets beside its own words. */
export interface TrialSettings {
  readonly sweep: string;
  readonly number: number;
  /** The folder for the runs of the sweep. */
  readonly runs: string;
  /** The folder of an earlier attempt, with a checkpoint to go on from. */
  readonly resume: string | null;
}

/**
 * The words that train a trial: with a name of its own, the sweep as a tag, its folder among those of the
 * sweep, and the plugin that reports its epochs. An earlier attempt that saved a checkpoint is continued.
 */
export function trialWords(
  training: TrainingWords,
  { sweep, number, runs, resume }: TrialSettings,
): readonly string[] {
  const { start, args } = training;
  const isGiven = (key: string) => args.some((word) => word === `--${key}` || word.startsWith(`--${key}=`));
  const folder = isGiven("runs") ? [] : ["--runs", runs];
  if (resume !== null) return [...start, "--resume", resume, ...folder];
  const tag = derivedTag(`sweep ${sweep}`, "beginning");
  const tags = [...new Set([...tagsOf(configurationOf(training)), tag])];
  return [
    ...start,
    ...args,
    ...folder,
    ...(isGiven("experiment.name") ? [] : [`--experiment.name=${derivedName(sweep, ` ${number}`)}`]),
    ...(isGiven("experiment.tags") ? [] : [`--experiment.tags=${JSON.stringify(tags)}`]),
    `--plugins.${REPORTER}=true`,
  ];
}

/** Whether a run can go on where it stopped. */
export function canResume(run: string): boolean {
  return existsSync(join(run, RUN_FILES.checkpoints, LAST_CHECKPOINT));
}

function tagsOf(config: string | null): string[] {
  if (config === null) return [];
  const { experiment } = readYamlFile(config, process.cwd()).root;
  const tags = isRecord(experiment) && Array.isArray(experiment.tags) ? experiment.tags : [];
  return tags.filter((tag) => typeof tag === "string");
}
