/**
 * Finds Excel's own table objects (ListObjects) and pivot tables. People also stretch table objects over
 * whole columns and over text, for their colours. A table object is no table if
 *
 * - it holds no data at all, or is a single cell; or
 * - it reaches far past its data: more than 2 rows at its end are empty, and they are at least half of its
 *   rows; or
 * - it is prose: at least half of the filled cells below its first row are texts of 50 characters or more,
 *   and less than half of the cells there are filled or there is only one column.
 *
 * A pivot table is a table unless it is still empty or a single cell, since Excel itself lays it out. The
 * range in the file does not include its page filters.
 */

import { clipRange, formatRange, type Range, rangeArea } from "../base/range.ts";
import type { PackedGrid } from "../features/packed-grid.ts";
import { HAS_DATA, HIGH_WORD, LENGTH_L, LENGTH_XL, LOW_WORD, VECTOR_WORDS } from "../features/vector-bits.ts";

/** Empty rows that any object may have at its end, for the next entries. */
const SPARE_ROWS = 2;
/** Shares of rows and cells, 0 … 1; see above. */
const EMPTY_SHARE = 0.5;
const LONG_SHARE = 0.5;
const SPARSE_SHARE = 0.5;

/** 50 characters or more. */
const IS_LONG = LENGTH_L | LENGTH_XL;

export interface ExcelObjects {
  /**
   * The ranges that are tables, clipped to the grid, from top to bottom, then from left to right, each
   * once.
   */
  readonly tables: readonly Range[];
  /** Objects that are no tables, and why. */
  readonly refused: readonly { readonly range: Range; readonly reason: string }[];
}

/** The objects on a sheet. */
export interface ObjectSheet {
  readonly grid: PackedGrid;
  /** Ranges of table objects and pivot tables, as in the file: they may reach past the grid. */
  readonly tables: readonly Range[];
  readonly pivots: readonly Range[];
}

export function excelObjects(sheet: ObjectSheet): ExcelObjects {
  const { grid } = sheet;
  const inside = (range: Range) => clipRange(range, grid.height, grid.width) ?? [];
  const found = new Map<string, Range>();
  const refused: { range: Range; reason: string }[] = [];
  for (const [ranges, isPivot] of [
    [sheet.pivots, true],
    [sheet.tables, false],
  ] as const) {
    for (const range of ranges.flatMap(inside)) {
      const reason = whyNoTable(range, grid, isPivot);
      if (reason === null) found.set(formatRange(range), range);
      else refused.push({ range, reason });
    }
  }
  const tables = [...found.values()].sort((a, b) => a.top - b.top || a.left - b.left);
  return { tables, refused };
}

/** Why an object is no table; null if it is one. */
function whyNoTable(range: Range, { width, vectors, cells }: PackedGrid, isPivot: boolean): string | null {
  if (rangeArea(range) === 1) return "it is a single cell";
  let lastRow = 0;
  let filled = 0;
  let long = 0;
  for (let row = range.top; row <= range.bottom; row++) {
    for (let column = range.left; column <= range.right; column++) {
      const vector = cells[(row - 1) * width + column - 1]! * VECTOR_WORDS;
      if ((vectors[vector + LOW_WORD]! & HAS_DATA) === 0) continue;
      lastRow = row;
      if (row === range.top) continue;
      filled++;
      if ((vectors[vector + HIGH_WORD]! & IS_LONG) !== 0) long++;
    }
  }
  if (lastRow === 0) return "it holds no data";
  if (isPivot) return null;
  const rows = range.bottom - range.top + 1;
  const empty = range.bottom - lastRow;
  if (empty > SPARE_ROWS && empty >= rows * EMPTY_SHARE) {
    return `it reaches far past its data, which ends in row ${lastRow}`;
  }
  const body = rangeArea(range) - (range.right - range.left + 1);
  const isSparse = filled < body * SPARSE_SHARE || range.left === range.right;
  return filled > 0 && long >= filled * LONG_SHARE && isSparse ? "it is stretched over prose" : null;
}
