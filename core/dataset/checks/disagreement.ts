/** Finds where a label and a confident prediction disagree: one of the two is wrong. */

import type { PredictedTable } from "../../base/predicted-table.ts";
import { formatRange, overlaps, type Range } from "../../base/range.ts";
import { eob } from "../../scoring/eob.ts";
import type { RegionDoubt } from "./check-regions.ts";

/** From this score on a prediction is confident, 0 … 1. */
export const CONFIDENT = 0.8;
/** Tables whose edges differ by at most so many cells agree (the usual threshold of EoB). */
const SAME = 2;

/** A doubt with how sure the prediction is, 0 … 1. */
export interface Disagreement extends RegionDoubt {
  readonly score: number;
}

/**
 * Compares the labelled tables of a sheet with predicted ones. A prediction below `CONFIDENT` raises no
 * doubt. Labelled tables that no prediction touches are doubtful if all predictions of the sheet are
 * confident, or there is none: such a doubt has the lowest score of the sheet.
 */
export function disagreements(
  labelled: readonly Range[],
  predicted: readonly PredictedTable[],
): Disagreement[] {
  const agrees = (a: Range, b: Range) => eob(a, b) <= SAME;
  const doubts = predicted
    .filter(({ range, score }) => score >= CONFIDENT && !labelled.some((each) => agrees(each, range)))
    .map(({ range, score }): Disagreement => {
      const touched = labelled.filter((each) => overlaps(each, range)).map(formatRange);
      const label = touched.length === 0 ? "no table there" : touched.join(", ");
      const message = `predicted is ${formatRange(range)} with score ${score.toFixed(2)}, the label has ${label}`;
      return { message, fix: `${formatRange(range)}, if that is right`, score };
    });
  if (predicted.some(({ score }) => score < CONFIDENT)) return doubts;
  const sureness = Math.min(1, ...predicted.map(({ score }) => score));
  const missed = labelled.filter((each) => !predicted.some(({ range }) => overlaps(each, range)));
  if (missed.length === 0) return doubts;
  const message = `the label has ${missed.map(formatRange).join(", ")}, where no table is predicted`;
  return [...doubts, { message, score: predicted.length === 0 ? CONFIDENT : sureness }];
}
