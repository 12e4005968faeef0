/** Chooses a score threshold that does not depend on single tables. */

import { randomStream } from "../base/random.ts";
import { bestThreshold, type ScoredTables, thresholdSteps } from "./choose-threshold.ts";

/** The number of random draws. Each has as many sheets as there are, with replacement. */
const DRAWS = 200;

/**
 * The mean of the best thresholds of many random draws from these sheets (bagging, Breiman 1996). With few
 * sheets, the best threshold of all of them depends on single tables and is a poor guess for other sheets.
 * The same sheets in the same order give the same threshold.
 *
 * @param eob The largest EoB of a match, in cells.
 */
export function stableThreshold(sheets: readonly ScoredTables[], eob: number): number {
  const steps = thresholdSteps(sheets, eob);
  const random = randomStream(0, "stable threshold", sheets.length);
  let sum = 0;
  for (let draw = 0; draw < DRAWS; draw++) {
    const times = new Uint32Array(sheets.length);
    for (let each = 0; each < sheets.length; each++) times[random.integer(0, sheets.length - 1)]!++;
    sum += bestThreshold(steps, times);
  }
  return sum / DRAWS;
}
