/** The least score at which found tables count, chosen where F1 over all sheets is best. */

import type { PredictedTable } from "../base/predicted-table.ts";
import type { Range } from "../base/range.ts";
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

/** The counts of all sheets as the threshold goes down from 1: the same for any choice among them, so they are made once. */
export interface ThresholdSteps {
  /** Each sheet's counts with nothing found. */
  readonly without: readonly DetectionCounts[];
  /** Each score that was found, the highest first, and by how much it changes the counts of the sheets that have it. */
  readonly steps: readonly {
    readonly score: number;
    readonly changes: ReadonlyMap<number, DetectionCounts>;
  }[];
}

/**
 * The middle of the widest interval of thresholds between 0 and 1 with the best F1, so that a little more or less changes
 * nothing; of equally wide ones the highest.
 *
 * @param eob Largest boundary error of a match, cells.
 *
 * @example One table found at 0.8, one wrong at 0.4: above 0.4 and up to 0.8 all is right, 0.6 the middle.
 */
export function chooseThreshold(sheets: readonly ScoredTables[], eob: number): number {
  return bestThreshold(thresholdSteps(sheets, eob));
}

/**
 * Only scores that were found make a difference. They are gone through from the highest to the lowest, and each time the
 * sheets that have it are counted anew: as many counts as there are found tables.
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

/** See `chooseThreshold`. @param times How often each sheet counts; once each where it is left out. */
export function bestThreshold(steps: ThresholdSteps, times?: ArrayLike<number>): number {
  const intervals = joined(intervalsOf(steps, times));
  const best = Math.max(...intervals.map(({ f1 }) => f1));
  const { above, to } = intervals
    .filter(({ f1 }) => f1 === best)
    .reduce((widest, next) => (next.to - next.above > widest.to - widest.above ? next : widest));
  return (above + to) / 2;
}

/** From 1 down to 0, without gaps; between two neighbours lies a score that was found. */
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

function multiple({ truth, predicted, matched, eobSum }: DetectionCounts, times: number): DetectionCounts {
  return {
    truth: truth * times,
    predicted: predicted * times,
    matched: matched * times,
    eobSum: eobSum * times,
  };
}
