/** The result of detection on a sheet. */

import type { Range } from "./range.ts";

/** One table that the detector found. */
export interface PredictedTable {
  readonly range: Range;
  /** The confidence of the detector, 0 … 1. */
  readonly score: number;
}

/**
 * The order in which tables stand: best score first. Scores that look the same with four digits count as
 * equal, as the last bits differ by device; the upper table is then first, and of two side by side the left
 * one.
 */
export function bestFirst(a: PredictedTable, b: PredictedTable): number {
  const [scoreA, scoreB] = [a.score, b.score].map((score) => Math.round(score * 1e4)) as [number, number];
  return scoreB - scoreA || a.range.top - b.range.top || a.range.left - b.range.left;
}
