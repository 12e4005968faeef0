/** Runs one trial from its start to its end in the journal. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { isRecord } from "../base/plain-object.ts";
import { withoutRank } from "../ranks/launched-ranks.ts";
import { readRunRow } from "../runs/read-run-row.ts";
import type { ClaimedTrial } from "./claim-trial.ts";
import { commandWords, nestedValues } from "./command-words.ts";
import { startGuarded } from "./guarded-process.ts";
import type { Journal } from "./journal.ts";
import type { Trial } from "./journal-state.ts";
import type { Sweep } from "./sweep.ts";
import { type SweepFolder, TRIAL_FILES } from "./sweep-folder.ts";
import { canResume, trainingWords, trialWords } from "./training-words.ts";
import { attributesOf } from "./trial-attributes.ts";
import { trialVariables } from "./trial-environment.ts";
import { TrialResults } from "./trial-results.ts";

export interface TrialSetting {
  readonly sweep: Sweep;
  readonly folder: SweepFolder;
  readonly journal: Journal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Ends the trial; another agent, or a later one, then goes on with it. */
  readonly signal: AbortSignal;
}

/** A trial that ended; null if it did not end here: it was stopped, or another agent has it. */
export type TrialOutcome = Trial | null;

/** Lines that the reason of a failure keeps: those of standard error, or of standard output without any. */
const KEPT_LINES = 4;
/** No line of values is longer. */
const LONGEST_LINE = 10_000;

/** Runs a trial that this process has claimed. The caller releases its lock. */
export async function runTrial(trial: ClaimedTrial, setting: TrialSetting): Promise<TrialOutcome> {
  const { sweep, folder, journal, env, signal } = setting;
  const results = new TrialResults(journal, trial.number, trial.token);
  const path = folder.trial(trial.number);
  const words = wordsOf(trial, setting);
  const output = outputOf(sweep.metric.name, results, words.isTraining);
  const child = startGuarded(words.words, {
    lock: join(path, TRIAL_FILES.process),
    output: join(path, TRIAL_FILES.output),
    // An agent may be a task of mpirun or srun; its trials are not.
    env: { WANDB_RUN_GROUP: sweep.name, ...withoutRank(env), ...variablesOf(trial, setting) },
    onLine: (line) => output.read(line, () => child.stop()),
    onErrorLine: (line) => output.readError(line),
  });
  const onAbort = () => child.stop();
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) child.stop();
  const code = await child.exited;
  signal.removeEventListener("abort", onAbort);
  await output.settled();
  if (output.isLost) return null;
  const now = journal.read().trials[trial.number]!;
  const { termination, run } = attributesOf(now);
  const isStopped = code !== 0 && signal.aborted;
  if (isStopped) {
    await results.note({ isPaused: true });
    return null;
  }
  if (code === null) return null; // it is lost, as if this agent were gone
  // A program that Hyperband ended may say so by its exit code.
  const isWell = code === 0 || (termination !== null && !words.isTraining);
  return results.end({
    state: isWell ? "complete" : "failed",
    value: run === null ? null : summaryValue(folder.found(run), sweep.metric.name),
    reason: isWell ? null : `exit code ${code}${output.tail()}`,
  });
}

function wordsOf(
  trial: ClaimedTrial,
  { sweep, folder, env }: TrialSetting,
): { words: readonly string[]; isTraining: boolean } {
  const jsonFile = join(folder.trial(trial.number), TRIAL_FILES.parameters);
  writeFileSync(jsonFile, `${JSON.stringify(nestedValues(sweep, trial.values))}\n`);
  const words = commandWords(sweep, { values: trial.values, jsonFile, env });
  const training = trainingWords(words);
  if (training === null) return { words, isTraining: false };
  const resume = trial.run !== null && canResume(trial.run) ? trial.run : null;
  const settings = { sweep: sweep.name, number: trial.number, runs: folder.runs, resume };
  return { words: trialWords(training, settings), isTraining: true };
}

function variablesOf(
  { number, token }: ClaimedTrial,
  { sweep, folder }: TrialSetting,
): Record<string, string> {
  return trialVariables({ folder: folder.path, sweep: sweep.name, number, token });
}

/**
 * Reads the output of a program that is no training: a line that is a JSON object with the metric's name is
 * the next of its values.
 */
function outputOf(metric: string, results: TrialResults, isTraining: boolean) {
  let last: Promise<void> = Promise.resolve();
  let count = 0;
  let isLost = false;
  let isOver = false;
  let lines: string[] = [];
  let errorLines: string[] = [];
  return {
    readError(line: string): void {
      if (line.trim() !== "") errorLines = [...errorLines, line.trim()].slice(-KEPT_LINES);
    },
    read(line: string, stop: () => void): void {
      lines = [...lines, line].slice(-KEPT_LINES);
      const value = isTraining ? null : valueIn(line, metric);
      if (value === null) return;
      const at = ++count;
      last = last.then(async () => {
        if (isOver) return; // it has printed more before it was ended
        const answer = await results.report(at, value);
        isLost ||= answer.kind === "lost";
        isOver = answer.kind !== "go on";
        if (isOver) stop();
      });
    },
    /** Resolves when all values that were read are in the journal. */
    settled: () => last,
    get isLost() {
      return isLost;
    },
    tail() {
      const said = errorLines.length > 0 ? errorLines : lines;
      return said.length === 0 ? "" : `: ${said.join(" | ")}`;
    },
  };
}

function valueIn(line: string, metric: string): number | null {
  if (!line.startsWith("{") || line.length > LONGEST_LINE) return null;
  try {
    const value: unknown = JSON.parse(line);
    const number = isRecord(value) ? value[metric] : null;
    return typeof number === "number" ? number : null;
  } catch {
    return null;
  }
}

/** A metric that a run has once, at its end. */
function summaryValue(run: string, metric: string): number | null {
  return readRunRow(run).summary[metric] ?? null;
}
