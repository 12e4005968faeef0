/** Reads the last row of each epoch, the one with the epoch's values, from `metrics.jsonl`. */

import { createReadStream } from "node:fs";
import { METRIC_PREFIXES } from "../../core/plugin.ts";

/** What a run logged for an epoch, by name. `epoch` and `global_step` are among it, seconds as `_time`. */
export type EpochRow = Readonly<Record<string, number>>;

/** The loss stands in the row of an epoch's last step alone. */
const MARK = `"${METRIC_PREFIXES.train}loss":`;
/** Numbers that JSON lacks. */
const NOT_FINITE: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
};

/** In the order of the epochs. Damaged lines are left out. @throws If the file cannot be read. */
export async function readEpochRows(path: string): Promise<EpochRow[]> {
  const rows: EpochRow[] = [];
  for await (const line of linesOf(path)) {
    if (!line.includes(MARK)) continue;
    const row = parsed(line);
    if (row !== null) rows.push(row);
  }
  return rows;
}

/** Only a line feed ends a line: a metric's name may hold what Unicode and `node:readline` take for one. */
async function* linesOf(path: string): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of createReadStream(path, "utf8")) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
  yield rest;
}

function parsed(line: string): EpochRow | null {
  try {
    const row = JSON.parse(line) as Record<string, unknown>;
    const known = Object.entries(row).flatMap(([name, given]): [string, number][] => {
      const value = typeof given === "number" ? given : NOT_FINITE[given as string];
      return value === undefined ? [] : [[name, value]];
    });
    return Object.fromEntries(known);
  } catch {
    return null; // the torn last line of a process that was killed
  }
}
