/** The least score at which found tables count, chosen where F1 over all sheets is best. */

import type { Range } from "../excel/range.ts";
import type { PredictedTable } from "../training/lifecycle.ts";
import { addCounts, countSheet, detectionMetrics, NO_COUNTS } from "./detection-metrics.ts";

/** One sheet: its tables, and all that was found with whatever score, best first. */
export interface ScoredTables {
  readonly truth: readonly Range[];
  readonly found: readonly PredictedTable[];
}

/** Steps of the scores that are tried: validation splits are too small for finer ones to mean anything. */
const STEPS = 40;

/**
 * The middle of the widest run of equally good thresholds between 0 and 1, so that a little more or less changes nothing.
 *
 * @param eob Largest boundary error of a match, cells.
 *
 * @example One table found at 0.8, one wrong at 0.4: every threshold from 0.425 to 0.8 is right, 0.6125 the middle.
 */
export function chooseThreshold(sheets: readonly ScoredTables[], eob: number): number {
  const scores = Array.from({ length: STEPS - 1 }, (_, i) => (i + 1) / STEPS);
  const quality = scores.map((least) => {
    const counts = sheets.map(({ truth, found }) =>
      countSheet(
        truth,
        found.filter(({ score }) => score >= least).map(({ range }) => range),
        eob,
      ),
    );
    return detectionMetrics(counts.reduce(addCounts, NO_COUNTS)).f1;
  });
  const best = Math.max(...quality);
  let widest: [number, number] = [0, -1];
  for (let first = 0; first < scores.length; first++) {
    if (quality[first] !== best) continue;
    let last = first;
    while (quality[last + 1] === best) last++;
    if (last - first > widest[1] - widest[0]) widest = [first, last];
    first = last;
  }
  return (scores[widest[0]]! + scores[widest[1]]!) / 2;
}
