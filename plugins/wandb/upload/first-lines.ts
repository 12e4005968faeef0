/** Where on the server a run's local logs begin. */

import { readRecords } from "../log/log-reader.ts";
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

  // Nothing is remembered: rows up to the server's last step, samples up to its last time, are those that it has.
  const lastRow = lastOf(status?.historyTail ?? []);
  const lastStep = numberOf(lastRow._step);
  const lastTime = numberOf(lastOf(status?.eventsTail ?? [])._timestamp);
  const sent = { history: 0, events: 0 };
  let isOurs = false;
  for (const log of logs) {
    for (const { record } of readRecords(log)) {
      const { case: kind, value } = record.recordType;
      if (kind === "history") {
        const step = Number(value.step?.num ?? 0n);
        if (step <= lastStep) sent.history++;
        if (step === lastStep) isOurs = lastOf([lineOf(value.item)])._timestamp === lastRow._timestamp;
      }
      // Times pass through JSON as decimal fractions; a microsecond is far less than the time between samples.
      if (kind === "stats" && seconds(value.timestamp) <= lastTime + 1e-6) sent.events++;
    }
  }
  return {
    first: {
      history: Math.max(history - sent.history, 0),
      events: Math.max(events - sent.events, 0),
      // Console lines carry nothing to tell them by: they belong to these logs if rows do.
      output: isOurs ? 0 : output,
    },
    relation: isOurs ? "matched" : sent.history === 0 ? "before" : "foreign",
  };
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
