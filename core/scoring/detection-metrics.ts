/** Precision, recall, F1 and mean EoB, counted over the tables of all sheets. */

import type { Range } from "../base/range.ts";
import { matchByEob } from "./eob.ts";

/** The counts of one sheet or of many. `addCounts` adds them up. */
export interface DetectionCounts {
  readonly truth: number;
  readonly predicted: number;
  readonly matched: number;
  /** The sum of EoB over all matches, in cells. */
  readonly eobSum: number;
}

export const NO_COUNTS: DetectionCounts = { truth: 0, predicted: 0, matched: 0, eobSum: 0 };

/**
 * Counts one sheet.
 *
 * @param predicted In order of falling score.
 * @param threshold The largest EoB of a match, in cells.
 */
export function countSheet(
  truth: readonly Range[],
  predicted: readonly Range[],
  threshold: number,
): DetectionCounts {
  const matches = matchByEob(truth, predicted, threshold);
  return {
    truth: truth.length,
    predicted: predicted.length,
    matched: matches.length,
    eobSum: matches.reduce((sum, match) => sum + match.eob, 0),
  };
}

export function addCounts(a: DetectionCounts, b: DetectionCounts): DetectionCounts {
  return {
    truth: a.truth + b.truth,
    predicted: a.predicted + b.predicted,
    matched: a.matched + b.matched,
    eobSum: a.eobSum + b.eobSum,
  };
}

/** Ratios are in 0 … 1. `eob_mean` is in cells, null without any match. */
export interface DetectionMetrics {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly eob_mean: number | null;
}

/**
 * The ratios of counts. Without any table and any prediction all ratios are 1, since finding nothing is
 * right then. Otherwise a ratio with denominator 0 is 0.
 */
export function detectionMetrics({ truth, predicted, matched, eobSum }: DetectionCounts): DetectionMetrics {
  if (truth === 0 && predicted === 0) return { precision: 1, recall: 1, f1: 1, eob_mean: null };
  return {
    precision: predicted === 0 ? 0 : matched / predicted,
    recall: truth === 0 ? 0 : matched / truth,
    f1: (2 * matched) / (truth + predicted),
    eob_mean: matched === 0 ? null : eobSum / matched,
  };
}
