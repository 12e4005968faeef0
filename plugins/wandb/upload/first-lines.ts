/** Finds at which of the server's lines the logs of a run begin. */

import { type LogEntry, readRecords } from "../log/log-reader.ts";
import { seconds } from "../log/timestamp.ts";
import { parseExtendedJson } from "./extended-json.ts";
import type { LineCounts } from "./file-stream.ts";
import { lineOf } from "./key-tree.ts";
import type { ResumeStatus } from "./server-api.ts";

export interface FirstLines {
  /** The number of the logs' first line in each of the server's files. */
  readonly first: LineCounts;
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
 * @param remembered What an earlier upload of these logs found. It is valid if the server has at least so
 *   many lines.
 * @param logs The logs of the run on this machine, the oldest first.
 */
export function firstLines(
  status: ResumeStatus | null,
  remembered: LineCounts | null,
  logs: readonly string[],
): FirstLines {
  const held = heldLines(status);
  const { history, events, output } = held;
  if (history === 0 && events === 0 && output === 0) return { first: held, relation: "empty" };
  if (remembered && remembered.history <= history && remembered.events <= events) {
    return { first: remembered, relation: "remembered" };
  }

  const { rows, samples, hasLastRow } = countHeld(status, logs);
  return {
    first: {
      history: Math.max(history - rows, 0),
      events: Math.max(events - samples, 0),
      // Console lines carry no step or time. They are taken for those of the logs if the last row is.
      output: hasLastRow ? 0 : output,
    },
    relation: hasLastRow ? "matched" : rows === 0 ? "before" : "foreign",
  };
}

/**
 * How many rows and samples of the logs the server has, judged by its last lines: it has all rows up to its
 * last step and all samples up to its last time. `hasLastRow` is true if its last row is one of the logs.
 */
function countHeld(
  status: ResumeStatus | null,
  logs: readonly string[],
): { rows: number; samples: number; hasLastRow: boolean } {
  const lastRow = lastOf(status?.historyTail ?? []);
  const lastStep = numberOf(lastRow._step);
  const lastTime = numberOf(lastOf(status?.eventsTail ?? [])._timestamp);
  const held = { rows: 0, samples: 0, hasLastRow: false };
  for (const { record } of recordsOf(logs)) {
    const { case: kind, value } = record.recordType;
    if (kind === "history") {
      const step = Number(value.step?.num ?? 0n);
      if (step <= lastStep) held.rows++;
      if (step === lastStep) held.hasLastRow = lastOf([lineOf(value.item)])._timestamp === lastRow._timestamp;
    }
    // A time that has passed through JSON may differ in its last digit. Samples are far more than 1 µs
    // apart.
    if (kind === "stats" && seconds(value.timestamp) <= lastTime + 1e-6) held.samples++;
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
