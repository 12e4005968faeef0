/** The least score at which found tables count, chosen where F1 over all sheets is best. */

import type { Range } from "../excel/range.ts";
import type { PredictedTable } from "../training/lifecycle.ts";
import {
  addCounts,
  countSheet,
  type DetectionCounts,
  detectionMetrics,
  NO_COUNTS,
} from "./detection-metrics.ts";

/** One sheet: its tables, and all that was found with whatever score, best first. */
export interface ScoredTables {
  readonly truth: readonly Range[];
  readonly found: readonly PredictedTable[];
}

/** Thresholds in `above` … `to` keep the same tables, and so have the same F1; `above` itself keeps more. */
interface Interval {
  readonly above: number;
  readonly to: number;
  readonly f1: number;
}

/**
 * The middle of the widest interval of thresholds between 0 and 1 with the best F1, so that a little more or less changes
 * nothing; of equally wide ones the highest.
 *
 * Only scores that were found make a difference. They are gone through from the highest to the lowest, and each time the
 * sheets that have it are counted anew: as many counts as there are found tables.
 *
 * @param eob Largest boundary error of a match, cells.
 *
 * @example One table found at 0.8, one wrong at 0.4: above 0.4 and up to 0.8 all is right, 0.6 the middle.
 */
export function chooseThreshold(sheets: readonly ScoredTables[], eob: number): number {
  const intervals = joined(intervalsOf(sheets, eob));
  const best = Math.max(...intervals.map(({ f1 }) => f1));
  const { above, to } = intervals
    .filter(({ f1 }) => f1 === best)
    .reduce((widest, next) => (next.to - next.above > widest.to - widest.above ? next : widest));
  return (above + to) / 2;
}

/** From 1 down to 0, without gaps; between two neighbours lies a score that was found. */
function intervalsOf(sheets: readonly ScoredTables[], eob: number): Interval[] {
  const sheetsByScore = new Map<number, Set<number>>();
  for (const [index, { found }] of sheets.entries()) {
    for (const { score } of found) {
      const having = sheetsByScore.get(score);
      if (having) having.add(index);
      else sheetsByScore.set(score, new Set([index]));
    }
  }
  const scores = [...sheetsByScore.keys()].sort((a, b) => b - a);
  const counted = sheets.map(({ truth }) => countSheet(truth, [], eob));
  let sums = counted.reduce(addCounts, NO_COUNTS);
  const intervals: Interval[] = [];
  let to = 1;
  for (const score of scores) {
    intervals.push({ above: score, to, f1: detectionMetrics(sums).f1 });
    to = score;
    for (const index of sheetsByScore.get(score)!) {
      const { truth, found } = sheets[index]!;
      const kept = found.filter((table) => table.score >= score).map(({ range }) => range);
      const counts = countSheet(truth, kept, eob);
      sums = addCounts(sums, difference(counts, counted[index]!));
      counted[index] = counts;
    }
  }
  intervals.push({ above: 0, to, f1: detectionMetrics(sums).f1 });
  return intervals.filter((interval) => interval.above < interval.to); // with scores of 0 and 1 some are empty
}

/** Neighbours of the same F1 are one. */
function joined(intervals: readonly Interval[]): Interval[] {
  const result: Interval[] = [];
  for (const interval of intervals) {
    const last = result.at(-1);
    if (last?.f1 === interval.f1) result[result.length - 1] = { ...last, above: interval.above };
    else result.push(interval);
  }
  return result;
}

function difference(a: DetectionCounts, b: DetectionCounts): DetectionCounts {
  return {
    truth: a.truth - b.truth,
    predicted: a.predicted - b.predicted,
    matched: a.matched - b.matched,
    eobSum: a.eobSum - b.eobSum,
  };
}
