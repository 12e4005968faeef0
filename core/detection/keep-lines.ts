/** Takes some rows and columns of a grid, and translates ranges between the two. */

import type { Range } from "../base/range.ts";
import { type PackedGrid, packCells } from "../features/packed-grid.ts";

/** A grid that has only some of the rows and columns of a sheet. */
export interface KeptLines {
  readonly grid: PackedGrid;
  /** @returns The range of the whole sheet for a range of the grid. */
  expand(range: Range): Range;
  /**
   * @returns The range of the grid for a range of the whole sheet: from the first to the last line of it that
   *   is kept. Null if none is.
   */
  shorten(range: Range): Range | null;
}

/**
 * Takes the rows and columns with these numbers.
 *
 * @param rows From 0, in order, at least one; so are the columns.
 */
export function keepLines(grid: PackedGrid, rows: readonly number[], columns: readonly number[]): KeptLines {
  const cells = new Uint32Array(rows.length * columns.length);
  for (const [r, row] of rows.entries()) {
    for (const [c, column] of columns.entries()) {
      cells[r * columns.length + c] = grid.cells[row * grid.width + column]!;
    }
  }
  return {
    grid: packCells(rows.length, columns.length, cells, grid.vectors),
    expand: ({ top, left, bottom, right }) => ({
      top: rows[top - 1]! + 1,
      left: columns[left - 1]! + 1,
      bottom: rows[bottom - 1]! + 1,
      right: columns[right - 1]! + 1,
    }),
    shorten({ top, left, bottom, right }) {
      const short = {
        top: countBelow(rows, top - 1) + 1,
        left: countBelow(columns, left - 1) + 1,
        bottom: countBelow(rows, bottom),
        right: countBelow(columns, right),
      };
      return short.top <= short.bottom && short.left <= short.right ? short : null;
    },
  };
}

/** All lines of a grid. */
export function keepAll(grid: PackedGrid): KeptLines {
  return { grid, expand: (range) => range, shorten: (range) => range };
}

/** How many of the sorted numbers are below `limit`. */
function countBelow(sorted: readonly number[], limit: number): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (sorted[middle]! < limit) from = middle + 1;
    else to = middle;
  }
  return from;
}
