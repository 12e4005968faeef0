/** How much of a sheet is looked at: all of it, up to the most cells that a grid can have. */

import { type GridLimits, MAX_GRID_CELLS } from "../features/featurise.ts";

/** Columns that are kept whatever the number of rows, and the rows that always fit beside them. */
export const LEAST_COLUMNS = 1024;
export const LEAST_ROWS = MAX_GRID_CELLS / LEAST_COLUMNS;

/**
 * The limits under which a sheet's grid is as large as it can be. Up to 2^24 cells that is the whole sheet.
 * A larger one keeps its first 1,024 columns (more where there are few rows), and as many rows as fit then:
 * at least 16,384.
 *
 * @param sheet Rows and columns that it uses.
 */
export function gridLimits({
  height,
  width,
}: {
  readonly height: number;
  readonly width: number;
}): GridLimits {
  const fitting = (other: number) => Math.floor(MAX_GRID_CELLS / Math.max(1, other));
  const maxCols = Math.min(width, Math.max(LEAST_COLUMNS, fitting(height)));
  return { maxRows: Math.min(height, fitting(maxCols)), maxCols };
}
