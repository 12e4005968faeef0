/** How far F1 would vary with other sheets of the same kind: a bootstrap interval. */

import { randomStream } from "../base/random.ts";
import { addCounts, countSheet, detectionMetrics, NO_COUNTS } from "./detection-metrics.ts";
import type { ScoredSheet } from "./score-sheets.ts";

/** Draws of the bootstrap: the ends of the interval then vary by about 0.002. */
const DRAWS = 2000;
/** Share of the draws below and above the interval: 95 % lie within it. */
const TAIL = 0.025;

/** F1 over the tables of all sheets (micro average), with its 95 % interval; all in 0 … 1. */
export interface F1Interval {
  readonly f1: number;
  readonly low: number;
  readonly high: number;
}

/**
 * F1 with a percentile interval of the bootstrap over sheets (Efron 1979): each draw takes as many sheets as
 * there are, with replacement. Sheets are drawn, not tables, because the tables of a sheet are found or
 * missed together. The same sheets in the same order give the same interval.
 *
 * @param eob The largest EoB of a match, in cells.
 */
export function f1Interval(sheets: readonly ScoredSheet[], eob: number): F1Interval {
  const counts = sheets.map(({ truth, predicted }) => countSheet(truth, predicted, eob));
  const { f1 } = detectionMetrics(counts.reduce(addCounts, NO_COUNTS));
  if (counts.length === 0) return { f1, low: f1, high: f1 };
  const random = randomStream(0, "F1 interval", counts.length);
  const draws = Array.from({ length: DRAWS }, () => {
    const drawn = counts.map(() => random.pick(counts));
    return detectionMetrics(drawn.reduce(addCounts, NO_COUNTS)).f1;
  }).sort((a, b) => a - b);
  const at = (share: number) => draws[Math.min(DRAWS - 1, Math.floor(share * DRAWS))]!;
  return { f1, low: at(TAIL), high: at(1 - TAIL) };
}
