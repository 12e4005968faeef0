/** What distinguishes runs from each other. */

import type { RunDetails, Setting } from "./run-data.ts";

/** A value of each run, in the order of the runs; null where a run lacks it. */
export type Compared<Value> = Readonly<Record<string, readonly (Value | null)[]>>;

export interface RunComparison {
  /** The ids of the runs. */
  readonly runs: readonly string[];
  /** The settings that are not the same in all runs. */
  readonly settings: Compared<Setting>;
  /** Facts of the data and the network, of the machine and the program that are not the same in all runs. */
  readonly facts: Compared<Setting>;
  /** The best validation F1, its epoch, and the last value of every metric that any of the runs has. */
  readonly metrics: Compared<number>;
}

/** Settings that name a run and say nothing about how it was trained. */
const NAMES: readonly string[] = ["experiment.name", "experiment.notes", "experiment.tags"];

/** @param runs At least two. */
export function compareRuns(runs: readonly RunDetails[]): RunComparison {
  const facts = runs.map(({ device, commit, durationSeconds, facts: counts, environment }) => ({
    ...{ device, commit, seconds: durationSeconds },
    ...counts,
    ...environment,
  }));
  const metrics = runs.map(({ bestF1, bestEpoch, summary }) => ({
    "best f1": bestF1,
    "best epoch": bestEpoch,
    ...summary,
  }));
  return {
    runs: runs.map(({ id }) => id),
    settings: differing(
      aligned<Setting>(runs.map(({ settings }) => settings)),
      (key) => !NAMES.includes(key),
    ),
    facts: differing(aligned<Setting>(facts), () => true),
    metrics: aligned<number>(metrics),
  };
}

/** The values of all keys, in the order in which the keys first appear. */
function aligned<Value>(runs: readonly Readonly<Record<string, Value | null>>[]): Compared<Value> {
  const keys = new Set(runs.flatMap((run) => Object.keys(run)));
  return Object.fromEntries([...keys].map((key) => [key, runs.map((run) => run[key] ?? null)]));
}

function differing<Value>(values: Compared<Value>, isMeant: (key: string) => boolean): Compared<Value> {
  const rows = Object.entries(values).filter(
    ([key, row]) => isMeant(key) && row.some((value) => value !== row[0]),
  );
  return Object.fromEntries(rows);
}
