/** How much of a sheet is looked at: all of it, up to the most cells that a grid can have. */

import type { GridLimits } from "../features/featurise.ts";

/** Columns that are kept whatever the number of rows. */
const LEAST_COLUMNS = 1024;

/**
 * The limits under which a sheet's grid is as large as it can be: the whole sheet if it has no more than `mostCells`,
 * otherwise its first 1,024 columns (more where there are few rows), and of those as many rows as fit.
 *
 * @param sheet Rows and columns that it uses.
 * @param mostCells At least 1,024.
 */
export function gridLimits(
  { height, width }: { readonly height: number; readonly width: number },
  mostCells: number,
): GridLimits {
  const fitting = (other: number) => Math.floor(mostCells / Math.max(1, other));
  const maxCols = Math.min(width, Math.max(LEAST_COLUMNS, fitting(height)));
  return { maxRows: Math.min(height, fitting(maxCols)), maxCols };
}
