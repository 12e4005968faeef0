/**
 * Error of boundary (EoB), the measure of table detection on sheets: the largest absolute difference of the
 * four edges of two ranges, in cells (Dong et al., "TableSense: Spreadsheet Table Detection with
 * Convolutional Neural Networks", AAAI 2019, section 5).
 */

import type { Range } from "../base/range.ts";

/** The largest absolute difference of the four edges, in cells; 0 for equal ranges. */
export function eob(a: Range, b: Range): number {
  return Math.max(
    Math.abs(a.top - b.top),
    Math.abs(a.left - b.left),
    Math.abs(a.bottom - b.bottom),
    Math.abs(a.right - b.right),
  );
}

/** A matched pair of a true and a predicted range: indices into the two lists, and their EoB. */
export interface EobMatch {
  readonly truth: number;
  readonly predicted: number;
  readonly eob: number;
}

/**
 * Pairs true with predicted ranges of one sheet, one to one. The pair with the smallest EoB comes first.
 *
 * @param predicted In order of falling score. Of two candidates with the same EoB the first one wins.
 * @param threshold The largest EoB of a match, in cells.
 */
export function matchByEob(
  truth: readonly Range[],
  predicted: readonly Range[],
  threshold: number,
): EobMatch[] {
  const candidates: EobMatch[] = [];
  for (let p = 0; p < predicted.length; p++) {
    for (let t = 0; t < truth.length; t++) {
      const distance = eob(truth[t]!, predicted[p]!);
      if (distance <= threshold) candidates.push({ truth: t, predicted: p, eob: distance });
    }
  }
  candidates.sort((a, b) => a.eob - b.eob); // stable: ties keep the order of the predictions
  const takenTruth = new Set<number>();
  const takenPredicted = new Set<number>();
  return candidates.filter((pair) => {
    if (takenTruth.has(pair.truth) || takenPredicted.has(pair.predicted)) return false;
    takenTruth.add(pair.truth);
    takenPredicted.add(pair.predicted);
    return true;
  });
}
