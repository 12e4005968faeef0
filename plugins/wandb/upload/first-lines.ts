/** Where on the server a run's local logs begin. */

import { readRecords } from "../log/log-reader.ts";
import { parseExtendedJson } from "./extended-json.ts";
import type { LineCounts } from "./file-stream.ts";
import type { ResumeStatus } from "./server-api.ts";
import { seconds } from "./timestamp.ts";

/**
 * The number that the first line of the logs has in each of the server's files: 0 unless other processes, whose logs are
 * not here, wrote the run before.
 *
 * @param remembered What an earlier upload of these logs found; it holds as long as the server has that many lines.
 * @param logs The run's logs on this machine, in the order of time.
 */
export function firstLines(
  status: ResumeStatus | null,
  remembered: LineCounts | null,
  logs: readonly string[],
): LineCounts {
  const held = heldLines(status);
  if (held.history === 0 && held.events === 0 && held.output === 0) return held;
  const { history, events, output } = held;
  if (remembered && remembered.history <= history && remembered.events <= events) return remembered;

  // Nothing is remembered: rows up to the server's last step, samples up to its last time, are those that it has.
  const step = lastNumber(status?.historyTail ?? [], "_step");
  const time = lastNumber(status?.eventsTail ?? [], "_timestamp");
  const sent = { history: 0, events: 0 };
  for (const log of logs) {
    for (const { record } of readRecords(log)) {
      const { case: kind, value } = record.recordType;
      // Times pass through JSON as decimal fractions; a microsecond is far less than the time between samples.
      if (kind === "history" && Number(value.step?.num ?? 0n) <= step) sent.history++;
      if (kind === "stats" && seconds(value.timestamp) <= time + 1e-6) sent.events++;
    }
  }
  return {
    history: Math.max(history - sent.history, 0),
    events: Math.max(events - sent.events, 0),
    // Console lines carry nothing to tell them by: they belong to these logs if rows do.
    output: sent.history > 0 ? 0 : output,
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

/** A number in the last line; below every step and time where there is none. */
function lastNumber(tail: readonly string[], key: string): number {
  try {
    const row = parseExtendedJson(tail.at(-1) ?? "{}") as Record<string, unknown>;
    return typeof row[key] === "number" ? row[key] : Number.NEGATIVE_INFINITY;
  } catch {
    return Number.NEGATIVE_INFINITY;
  }
}
