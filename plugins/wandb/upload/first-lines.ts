/** Where on the server a run's local logs begin. */

import { type LogEntry, readRecords } from "../log/log-reader.ts";
import { seconds } from "../log/timestamp.ts";
import { parseExtendedJson } from "./extended-json.ts";
import type { LineCounts } from "./file-stream.ts";
import { lineOf } from "./key-tree.ts";
import type { ResumeStatus } from "./server-api.ts";

export interface FirstLines {
  /** The number that the first line of the logs has in each of the server's files. */
  readonly first: LineCounts;
  /**
   * How the server's rows belong to the logs: there are none; an earlier upload of these logs left a note; the server's
   * last row is one of theirs; all are of lower steps; or they are another run's.
   */
  readonly relation: "empty" | "remembered" | "matched" | "before" | "foreign";
}

/**
 * The logs' first lines are lines 0 of the server's files, unless other processes, whose logs are not here, wrote the run
 * before.
 *
 * @param remembered What an earlier upload of these logs found; it holds as long as the server has that many lines.
 * @param logs The run's logs on this machine, in the order of time.
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
      // Console lines carry nothing to tell them by: they belong to these logs if rows do.
      output: hasLastRow ? 0 : output,
    },
    relation: hasLastRow ? "matched" : rows === 0 ? "before" : "foreign",
  };
}

/**
 * How many lines of the logs the server has, told by its last lines alone: it has the rows up to its last step and the
 * samples up to its last time. `hasLastRow`: its last row is one of the logs.
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
    // Times pass through JSON as decimal fractions; a microsecond is far less than the time between samples.
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

/** Below every step and time where there is none. */
function numberOf(value: unknown): number {
  return typeof value === "number" ? value : Number.NEGATIVE_INFINITY;
}
