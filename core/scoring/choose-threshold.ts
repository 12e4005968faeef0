/** Chooses the score threshold with the best F1 over all sheets. */

import type { PredictedTable } from "../base/predicted-table.ts";
import type { Range } from "../base/range.ts";
import {
  addCounts,
  countSheet,
  type DetectionCounts,
  detectionMetrics,
  NO_COUNTS,
} from "./detection-metrics.ts";

/** One sheet: its tables, and all predictions whatever their score, best first. */
export interface ScoredTables {
  readonly truth: readonly Range[];
  readonly found: readonly PredictedTable[];
}

/** All thresholds above `above`, up to `to`, keep the same predictions and so have the same F1. */
interface Interval {
  readonly above: number;
  readonly to: number;
  readonly f1: number;
}

/**
 * The counts of all sheets as the threshold goes down from 1. They are made once, for any choice of sheets.
 */
export interface ThresholdSteps {
  /** The counts of each sheet without any prediction. */
  readonly without: readonly DetectionCounts[];
  /**
   * Each score of a prediction, the highest first, and how it changes the counts of the sheets that have
   * it.
   */
  readonly steps: readonly {
    readonly score: number;
    readonly changes: ReadonlyMap<number, DetectionCounts>;
  }[];
}

/**
 * The middle of the widest interval of thresholds with the best F1, so that a slightly different threshold
 * changes nothing. Of equally wide intervals the highest one is chosen.
 *
 * @param eob The largest EoB of a match, in cells.
 *
 * @example A correct table has score 0.8, a wrong one 0.4. Above 0.4 and up to 0.8 all is right; the middle
 *   is 0.6.
 *
 * @internal Only tests and benchmarks: a training uses `stableThreshold`.
 */
export function chooseThreshold(sheets: readonly ScoredTables[], eob: number): number {
  return bestThreshold(thresholdSteps(sheets, eob));
}

/**
 * Only the scores of predictions make a difference. From the highest to the lowest, the sheets with a score
 * are counted again: one count per prediction.
 */
export function thresholdSteps(sheets: readonly ScoredTables[], eob: number): ThresholdSteps {
  const sheetsByScore = new Map<number, Set<number>>();
  for (const [index, { found }] of sheets.entries()) {
    for (const { score } of found) {
      const having = sheetsByScore.get(score);
      if (having) having.add(index);
      else sheetsByScore.set(score, new Set([index]));
    }
  }
  const without = sheets.map(({ truth }) => countSheet(truth, [], eob));
  const counted = without.slice();
  const scores = [...sheetsByScore.keys()].sort((a, b) => b - a);
  const steps = scores.map((score) => {
    const changes = new Map<number, DetectionCounts>();
    for (const index of sheetsByScore.get(score)!) {
      const { truth, found } = sheets[index]!;
      const kept = found.filter((table) => table.score >= score).map(({ range }) => range);
      const counts = countSheet(truth, kept, eob);
      changes.set(index, difference(counts, counted[index]!));
      counted[index] = counts;
    }
    return { score, changes };
  });
  return { without, steps };
}

/** See `chooseThreshold`. @param times How often each sheet counts. @default once */
export function bestThreshold(steps: ThresholdSteps, times?: ArrayLike<number>): number {
  const intervals = joined(intervalsOf(steps, times));
  const best = intervals.reduce((most, { f1 }) => Math.max(most, f1), 0); // too many for one call's arguments
  const { above, to } = intervals
    .filter(({ f1 }) => f1 === best)
    .reduce((widest, next) => (next.to - next.above > widest.to - widest.above ? next : widest));
  return (above + to) / 2;
}

/** The intervals from 1 down to 0, without gaps. The score of a prediction lies between two neighbours. */
function intervalsOf({ without, steps }: ThresholdSteps, times?: ArrayLike<number>): Interval[] {
  const weighted = (counts: DetectionCounts, sheet: number) => multiple(counts, times?.[sheet] ?? 1);
  let sums = without.map(weighted).reduce(addCounts, NO_COUNTS);
  const intervals: Interval[] = [];
  let to = 1;
  for (const { score, changes } of steps) {
    intervals.push({ above: score, to, f1: detectionMetrics(sums).f1 });
    to = score;
    for (const [sheet, change] of changes) sums = addCounts(sums, weighted(change, sheet));
  }
  intervals.push({ above: 0, to, f1: detectionMetrics(sums).f1 });
  return intervals.filter((interval) => interval.above < interval.to); // scores of 0 and 1 make empty ones
}

/** Joins neighbours with the same F1. */
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

function multiple({ truth, predicted, matched, eobSum }: DetectionCounts, times: number): DetectionCounts {
  return {
    truth: truth * times,
    predicted: predicted * times,
    matched: matched * times,
    eobSum: eobSum * times,
  };
}
