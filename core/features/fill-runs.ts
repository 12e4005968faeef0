/** Joins neighbouring cells of one fill, so that a drawing of a sheet has few rectangles. */

import { ColorBucket } from "./color-bucket.ts";

/**
 * Colours of the fill buckets on a light page, by `ColorBucket` (docs/features.md, "From RGB to a bucket").
 */
export const FILL_COLORS = [
  "#3b3b3b",
  "#ffffff",
  "#c9c9c9",
  "#f2b8b5",
  "#fbe7a1",
  "#bfe3c0",
  "#b9d3f3",
  "#ddc7ee",
] as const;

/** The bucket of cells without a fill of their own. */
const WHITE_FILL = ColorBucket.White;

/** Neighbouring cells of a row that have the same fill, which is not white. */
export interface FillRun {
  readonly bucket: number;
  /** From 0; `end` is the column behind the last. */
  readonly row: number;
  readonly column: number;
  readonly end: number;
}

/**
 * The runs of a sheet, row by row.
 *
 * @param fills [rows, width] row-major: the bucket of each cell. Missing ones count as white.
 */
export function fillRuns(fills: Uint8Array, rows: number, width: number): FillRun[] {
  const runs: FillRun[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < width; ) {
      const bucket = fills[row * width + column] ?? WHITE_FILL;
      let end = column + 1;
      while (end < width && (fills[row * width + end] ?? WHITE_FILL) === bucket) end++;
      if (bucket !== WHITE_FILL) runs.push({ bucket, row, column, end });
      column = end;
    }
  }
  return runs;
}
