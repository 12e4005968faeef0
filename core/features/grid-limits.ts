/** How much of a sheet is looked at: all of it, up to the most cells that a grid can have. */

import { type GridLimits, MAX_GRID_CELLS } from "./featurise.ts";

/** Columns that are kept whatever the number of rows, and the rows that always fit beside them. */
export const LEAST_COLUMNS = 1024;
export const LEAST_ROWS = MAX_GRID_CELLS / LEAST_COLUMNS;

/** Rows and columns of a sheet: those that it uses, and those up to the last value or formula. */
export interface SheetExtent {
  readonly height: number;
  readonly width: number;
  readonly valueHeight: number;
  readonly valueWidth: number;
}

/**
 * The limits under which a sheet's grid is as large as it can be. Up to `maxCells` cells that is the whole
 * sheet. A larger one ends with its last value: a title that is merged over all columns, or a note in the
 * last cell, has nothing there that a table could have. If that is still too much, its first 1,024 columns
 * are kept (more where there are few rows), and as many rows as fit then: at least 16,384.
 */
export function gridLimits(
  { height, width, valueHeight, valueWidth }: SheetExtent,
  maxCells: number = MAX_GRID_CELLS,
): GridLimits {
  if (height * width <= maxCells) return { maxRows: height, maxCols: width, maxCells };
  const rows = Math.max(1, valueHeight);
  const columns = Math.max(1, valueWidth);
  const fitting = (other: number) => Math.floor(maxCells / other);
  const maxCols = Math.min(columns, Math.max(LEAST_COLUMNS, fitting(rows)));
  return { maxRows: Math.min(rows, fitting(maxCols)), maxCols, maxCells };
}

/** True if a sheet has values or formulas beyond its grid. */
export function endsBeforeValues(
  grid: { readonly height: number; readonly width: number },
  { valueHeight, valueWidth }: SheetExtent,
): boolean {
  return valueHeight > grid.height || valueWidth > grid.width;
}
