/** The metrics of a run in columns of numbers, read from `metrics.jsonl` and kept up to date. */

import { isRecord } from "../base/plain-object.ts";
import { GrowingLines } from "./growing-lines.ts";
import { NumberList } from "./number-list.ts";
import type { MetricFacts } from "./run-data.ts";

/** One metric: its values, and the rows that have them. A value may be NaN or infinite. */
export interface MetricColumn {
  /** Ascending indices into the rows of the run. */
  readonly rows: Float64Array;
  readonly values: Float64Array;
}

interface GrowingColumn {
  readonly rows: NumberList;
  readonly values: NumberList;
}

/** What a row has besides its metrics. */
export const METRIC_AXES: ReadonlySet<string> = new Set(["epoch", "global_step", "_time"]);
/** The texts in place of numbers that JSON lacks. */
const NOT_FINITE: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
};

/**
 * The columns. `update` reads what is new; between two of its calls everything stays as it is. The typed
 * arrays that are returned are valid until the next `update`.
 */
export class MetricColumns {
  readonly #lines: GrowingLines;
  #columns = new Map<string, GrowingColumn>();
  #steps = new NumberList();
  #epochs = new NumberList();
  #seconds = new NumberList();
  #damaged = 0;
  #version = 0;
  #updating: Promise<void> | null = null;

  /** @param path The file; it may be missing. */
  constructor(path: string) {
    this.#lines = new GrowingLines(path);
  }

  /** Rows so far. */
  get rows(): number {
    return this.#steps.length;
  }

  /** The gradient step, the epoch and the seconds of training of each row. All are ascending. */
  get steps(): Float64Array {
    return this.#steps.values;
  }
  get epochs(): Float64Array {
    return this.#epochs.values;
  }
  get seconds(): Float64Array {
    return this.#seconds.values;
  }

  /** Lines that are no rows and were passed over. */
  get damaged(): number {
    return this.#damaged;
  }

  /** The bytes that were read. */
  get bytes(): number {
    return this.#lines.offset;
  }

  /** Another number after every change. */
  get version(): number {
    return this.#version;
  }

  /** The metrics, in the order in which they first appear. */
  get names(): string[] {
    return [...this.#columns.keys()];
  }

  column(name: string): MetricColumn | null {
    const column = this.#columns.get(name);
    return column ? { rows: column.rows.values, values: column.values.values } : null;
  }

  facts(): MetricFacts[] {
    const steps = this.steps;
    return [...this.#columns].map(([name, { rows }]) => ({
      name,
      rows: rows.length,
      first: steps[rows.values[0]!]!,
      last: steps[rows.last!]!,
    }));
  }

  /** The values of one row, by name; empty if there is no such row. */
  rowAt(index: number): Record<string, number> {
    const found = [...this.#columns].flatMap(([name, { rows, values }]): [string, number][] => {
      const at = rows.values.lastIndexOf(index);
      return at < 0 ? [] : [[name, values.values[at]!]];
    });
    return Object.fromEntries(found);
  }

  /** Reads what is new. Calls that overlap share one reading. @throws If the file cannot be read. */
  update(): Promise<void> {
    this.#updating ??= this.#lines
      .read(
        (bytes) => this.#add(bytes.toString("utf8")),
        () => this.#clear(),
      )
      .finally(() => {
        this.#updating = null;
      });
    return this.#updating;
  }

  #clear(): void {
    this.#columns = new Map();
    [this.#steps, this.#epochs, this.#seconds] = [new NumberList(), new NumberList(), new NumberList()];
    this.#damaged = 0;
    this.#version++;
  }

  #add(text: string): void {
    this.#version++;
    for (const row of parsedLines(text)) {
      const step = isRecord(row) ? row.global_step : undefined;
      // Steps ascend: a row that does not is none of this run.
      if (typeof step !== "number" || !(step > (this.#steps.last ?? 0))) this.#damaged++;
      else this.#addRow(step, row as Record<string, unknown>);
    }
  }

  #addRow(step: number, row: Readonly<Record<string, unknown>>): void {
    const index = this.#steps.length;
    this.#steps.push(step);
    this.#epochs.push(ascending(row.epoch, this.#epochs.last));
    this.#seconds.push(ascending(row._time, this.#seconds.last));
    for (const name in row) {
      if (METRIC_AXES.has(name)) continue;
      const given = row[name];
      const value = typeof given === "number" ? given : NOT_FINITE[given as string];
      if (value === undefined) continue;
      let column = this.#columns.get(name);
      if (column === undefined) {
        column = { rows: new NumberList(), values: new NumberList() };
        this.#columns.set(name, column);
      }
      column.rows.push(index);
      column.values.push(value);
    }
  }
}

/** All lines in one go, which is twice as fast; one by one if one of them is damaged. */
function parsedLines(text: string): unknown[] {
  const lines = text.slice(0, -1);
  try {
    return JSON.parse(`[${lines.replaceAll("\n", ",")}]`) as unknown[];
  } catch {
    return lines.split("\n").map((line) => {
      try {
        return JSON.parse(line) as unknown;
      } catch {
        return null;
      }
    });
  }
}

/** A value of an axis; the one before if it is missing or goes back. */
function ascending(value: unknown, before = 0): number {
  return typeof value === "number" && value > before ? value : before;
}
