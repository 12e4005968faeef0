/** Finds at which of the server's lines the logs of a run begin. */

import { type LogEntry, readRecords } from "../log/log-reader.ts";
import { findRunRecord } from "../log/run-logs.ts";
import { seconds } from "../log/timestamp.ts";
import { parseExtendedJson } from "./extended-json.ts";
import type { LineCounts } from "./file-stream.ts";
import { treeOf } from "./key-tree.ts";
import { NO_SHIFT, type RowShift } from "./row-shift.ts";
import type { ResumeStatus } from "./server-api.ts";

export interface FirstLines {
  /** The number of the logs' first line in each of the server's files. */
  readonly first: LineCounts;
  /** How far the rows of the logs have to be moved, so that their steps follow those of the server. */
  readonly shift: RowShift;
  /**
   * How the server's rows are related to the logs.
   *
   * - `empty`: the server has no lines.
   * - `remembered`: an earlier upload of these logs noted where they begin.
   * - `matched`: the last row of the server is one of the logs.
   * - `before`: all rows of the server have lower steps than those of the logs.
   * - `foreign`: the rows belong to another run.
   */
  readonly relation: "empty" | "remembered" | "matched" | "before" | "foreign";
}

/**
 * The first line of the logs is line 0 of the server's file, unless processes whose logs are not on this
 * machine wrote lines before it.
 *
 * @param status What the server holds of the run; null if it does not know the run.
 * @param remembered What an earlier upload of these logs found; `first` is valid if the server has at least
 *   so many lines.
 * @param logs The logs of the run on this machine, the oldest first.
 */
export function firstLines(
  status: ResumeStatus | null,
  remembered: { readonly first: LineCounts; readonly shift?: RowShift } | null,
  logs: readonly string[],
): FirstLines {
  const held = heldLines(status);
  const { history, events, output } = held;
  if (history === 0 && events === 0 && output === 0) {
    return { first: held, shift: NO_SHIFT, relation: "empty" };
  }
  if (remembered && remembered.first.history <= history && remembered.first.events <= events) {
    return { first: remembered.first, shift: remembered.shift ?? NO_SHIFT, relation: "remembered" };
  }

  const lastRow = lastOf(status?.historyTail ?? []);
  const lastStep = numberOf(lastRow._step);
  const { rows, samples, match } = countHeld(status, logs);
  if (match) {
    const shift = { step: lastStep - match.step, runtime: numberOf(lastRow._runtime) - match.runtime };
    return {
      // Console lines carry no step or time. They are taken for those of the logs if the last row is.
      first: { history: Math.max(history - rows, 0), events: Math.max(events - samples, 0), output: 0 },
      shift: shift.step === 0 ? NO_SHIFT : shift,
      relation: "matched",
    };
  }
  const firstStep = Math.max(Number(findRunRecord(logs[0]!)?.startingStep ?? 0n), 1);
  const isBehind = lastStep >= firstStep;
  const runtime = Math.max(numberOf(lastRow._runtime), 0);
  return {
    first: held,
    shift: isBehind ? { step: lastStep - firstStep + 1, runtime } : NO_SHIFT,
    relation: rows === 0 ? "before" : "foreign",
  };
}

/** A row of the logs that is the server's last one. `step` and `runtime` are those in the log. */
interface Match {
  readonly step: number;
  readonly runtime: number;
}

/**
 * How many rows and samples of the logs the server has: those up to its last lines, which are found by their
 * times. Without a `match` its last row is none of the logs, and `rows` counts those with a step that the
 * server has too.
 */
function countHeld(
  status: ResumeStatus | null,
  logs: readonly string[],
): { rows: number; samples: number; match: Match | null } {
  const lastRow = lastOf(status?.historyTail ?? []);
  const lastStep = numberOf(lastRow._step);
  const lastTime = numberOf(lastOf(status?.eventsTail ?? [])._timestamp);
  const held = { rows: 0, samples: 0, match: null as Match | null };
  const seen = { rows: 0, samples: 0 };
  for (const { record } of recordsOf(logs)) {
    const { case: kind, value } = record.recordType;
    if (kind === "history") {
      seen.rows++;
      const step = Number(value.step?.num ?? 0n);
      const row = treeOf(value.item);
      if (typeof lastRow._timestamp === "number" && row.get("_timestamp") === lastRow._timestamp) {
        held.match = { step, runtime: numberOf(row.get("_runtime")) };
        held.rows = seen.rows;
      } else if (!held.match && step <= lastStep) held.rows++;
    }
    if (kind !== "stats") continue;
    seen.samples++;
    // A time that has passed through JSON may differ in its last digit. Samples are far more than 1 µs
    // apart.
    if (Math.abs(seconds(value.timestamp) - lastTime) <= 1e-6) held.samples = seen.samples;
  }
  return held;
}

function* recordsOf(logs: readonly string[]): Generator<LogEntry> {
  for (const log of logs) yield* readRecords(log);
}

/** How many lines the server holds of each streamed file. */
export function heldLines(status: ResumeStatus | null): LineCounts {
  return {
    history: status?.historyLineCount ?? 0,
    events: status?.eventsLineCount ?? 0,
    output: status?.logLineCount ?? 0,
  };
}

function lastOf(tail: readonly string[]): Record<string, unknown> {
  try {
    return parseExtendedJson(tail.at(-1) ?? "{}") as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** The number; where there is none, one below every step and time. */
function numberOf(value: unknown): number {
  return typeof value === "number" ? value : Number.NEGATIVE_INFINITY;
}
