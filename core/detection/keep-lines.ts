/** Takes some rows and columns of a grid, and translates ranges between the two. */

import type { Range } from "../base/range.ts";
import type { PackedGrid } from "../features/packed-grid.ts";

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
 * @param rows From 0, in order, at least one; so are the columns. Null: all of them.
 */
export function keepLines(
  grid: PackedGrid,
  rows: readonly number[] | null,
  columns: readonly number[] | null,
): KeptLines {
  const height = rows?.length ?? grid.height;
  const width = columns?.length ?? grid.width;
  const cells = grid.cells.slice(0, height * width);
  for (let r = 0, at = 0; r < height; r++) {
    const row = (rows === null ? r : rows[r]!) * grid.width;
    for (let c = 0; c < width; c++) cells[at++] = grid.cells[row + (columns === null ? c : columns[c]!)]!;
  }
  /** The number of a kept line in the sheet, both from 1. */
  const original = (lines: readonly number[] | null, line: number) =>
    lines === null ? line : lines[line - 1]! + 1;
  return {
    grid: { height, width, cells, vectors: grid.vectors },
    expand: ({ top, left, bottom, right }) => ({
      top: original(rows, top),
      left: original(columns, left),
      bottom: original(rows, bottom),
      right: original(columns, right),
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

/** How many of the sorted numbers are below `limit`, 0 or more; null stands for all numbers from 0. */
function countBelow(sorted: readonly number[] | null, limit: number): number {
  if (sorted === null) return limit;
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (sorted[middle]! < limit) from = middle + 1;
    else to = middle;
  }
  return from;
}
