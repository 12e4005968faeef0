import { randomStream } from "../base/random.ts";
import { bestThreshold, type ScoredTables, thresholdSteps } from "./choose-threshold.ts";

/** Draws of as many sheets as there are, with replacement. */
const DRAWS = 200;

/**
 * The threshold that is best on average over sheets drawn from these at random, again and again (bagging, Breiman 1996): with few
 * sheets the best one of all hangs on single tables, and is a poor guess for other sheets. The same for the same sheets in the same order.
 *
 * @param eob Largest boundary error of a match, cells.
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
