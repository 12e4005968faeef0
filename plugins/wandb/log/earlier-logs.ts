/**
 * Reads what earlier processes of a run have logged: the process that resumes the run goes on from there.
 */

import { basename } from "node:path";
import { readRecords } from "./log-reader.ts";
import type { HistoryItem, HistoryRecord, Record as LogRecord, SummaryItem } from "./records_pb.ts";
import { findRunLogs } from "./run-logs.ts";

/** A row of an earlier log. */
export interface EarlierRow {
  readonly row: HistoryRecord;
  /** The log that holds it. */
  readonly path: string;
}

export interface EarlierLogs {
  /** The number of logs. */
  readonly count: number;
  /** The last step whose row is in one of the logs; 0 if there is none. */
  readonly lastStep: number;
  /** How long the run had been running at the last row, in seconds. */
  readonly runtime: number;
  /** The latest values of the summary as JSON, by name. */
  readonly summary: ReadonlyMap<string, string>;
  /** A line for each log that could not be read to its end. */
  readonly notes: readonly string[];
  /** True if the last log has an end: its process was not killed. */
  readonly ended: boolean;
  /** The configuration that the last log states, as JSON by its top-level keys. */
  readonly config: ReadonlyMap<string, string>;
}

/** @internal Only tests compare with it outside of this file. */
export const NO_EARLIER_LOGS: EarlierLogs = {
  count: 0,
  lastStep: 0,
  runtime: 0,
  summary: new Map(),
  notes: [],
  ended: false,
  config: new Map(),
};

export interface EarlierOptions {
  /** The last step to read: the logs count as if they ended with its row. Left out: all of them. */
  readonly until?: number;
  /** Receives every row that counts, in order. */
  readonly onRow?: (row: EarlierRow) => void;
}

/** Reads the logs of a run id below `{run folder}/wandb/`. A damaged log counts up to the damage. */
export function readEarlierLogs(runFolder: string, runId: string, options: EarlierOptions = {}): EarlierLogs {
  const paths = findRunLogs(runFolder).find(([first]) => basename(first!) === `run-${runId}.wandb`) ?? [];
  const reading = new Reading(options);
  for (const path of paths) reading.read(path);
  return reading.result(paths.length);
}

class Reading {
  readonly #until: number;
  readonly #onRow: (row: EarlierRow) => void;
  readonly #summary = new Map<string, string>();
  /** Values of the summary that stand before the row to which they belong. */
  #pending: SummaryItem[] = [];
  #config = new Map<string, string>();
  readonly #notes: string[] = [];
  #lastStep = 0;
  #runtime = 0;
  #ended = false;

  constructor({ until = Number.POSITIVE_INFINITY, onRow = () => {} }: EarlierOptions) {
    this.#until = until;
    this.#onRow = onRow;
  }

  read(path: string): void {
    this.#ended = false;
    try {
      const records = readRecords(path);
      let next = records.next();
      for (; !next.done; next = records.next()) this.#take(next.value.record, path);
      const { damage, end } = next.value;
      if (damage) this.#notes.push(`${path} is damaged behind byte ${end}: ${damage}`);
    } catch (error) {
      this.#notes.push(`${path} cannot be read: ${(error as Error).message}`);
    }
  }

  result(count: number): EarlierLogs {
    if (this.#until === Number.POSITIVE_INFINITY) this.#settle();
    return {
      count,
      lastStep: this.#lastStep,
      runtime: this.#runtime,
      summary: this.#summary,
      notes: this.#notes,
      ended: this.#ended,
      config: this.#config,
    };
  }

  #take({ recordType: { case: kind, value } }: LogRecord, path: string): void {
    if (kind === "history") this.#row(value, path);
    else if (kind === "summary") this.#pending.push(...value.update);
    else if (kind === "exit") this.#ended = true;
    else if (kind === "run") {
      const items = value.config?.update ?? [];
      this.#config = new Map(items.map((one) => [nameOf(one) ?? "", one.valueJson]));
    }
  }

  #row(row: HistoryRecord, path: string): void {
    // Not `_step`: the row of images that came after the last step has a `_step` of its own.
    const step = Number(jsonOf(row.item, "global_step") ?? 0);
    if (step > this.#until || Number(row.step?.num ?? 0n) > this.#until) {
      this.#pending = []; // they belong to a row that does not count
      return;
    }
    this.#settle();
    this.#lastStep = Math.max(this.#lastStep, step);
    this.#runtime = Math.max(this.#runtime, Number(jsonOf(row.item, "_runtime") ?? 0));
    this.#onRow({ row, path });
  }

  #settle(): void {
    for (const one of this.#pending) if (nameOf(one) !== null) this.#summary.set(nameOf(one)!, one.valueJson);
    this.#pending = [];
  }
}

function jsonOf(items: readonly HistoryItem[], name: string): string | undefined {
  return items.find((one) => nameOf(one) === name)?.valueJson;
}

/** The name of a value; null if the value is part of a larger one. */
function nameOf({ key, nestedKey }: Pick<HistoryItem, "key" | "nestedKey">): string | null {
  if (nestedKey.length === 0) return key;
  return nestedKey.length === 1 ? nestedKey[0]! : null;
}
