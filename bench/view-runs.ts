/** The runs that the viewer is measured with, on the side of its server and in a browser. */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { writeLongRun } from "../tests/support/many-runs.ts";

/** How many runs there are, and how long they are. */
export const VIEW_RUN_ARGUMENTS = {
  runs: { type: "string", default: "1000", valueHint: "number", description: "Runs that are listed" },
  compared: { type: "string", default: "100", valueHint: "number", description: "Runs of 10,000 steps" },
  steps: { type: "string", default: "1000000", valueHint: "number", description: "Steps of the longest run" },
} as const;

/** Steps of each of the compared runs. */
const COMPARED_STEPS = 10_000;

/**
 * Writes `run 0`, `run 1` and so on, of which the first `compared` are long enough to compare.
 *
 * @returns `folder`, which it makes.
 */
export function writeListedRuns(folder: string, runs: number, compared: number): string {
  mkdirSync(folder);
  for (let run = 0; run < runs; run++) {
    writeLongRun(join(folder, `run ${run}`), run < compared ? COMPARED_STEPS : 10, run);
  }
  return folder;
}
