/** Walks through the cells of a range row by row, with merged cells filled or not. */

import { overlaps, type Range } from "../base/range.ts";
import { MERGE_FIELDS } from "../excel/sheet-scanner.ts";
import type { Sheet } from "../excel/workbook.ts";

/**
 * What the cells of a merged range hold: `fill` gives all of them the value of the top left one, `first`
 * gives it to the top left one alone.
 */
export const MERGED = ["fill", "first"] as const;
export type Merged = (typeof MERGED)[number];

/** A merged range that shares cells with the table; `cell` is the index of its top left cell, or −1. */
interface Merge extends Range {
  cell: number;
}

/** More than any column number, so that a row and a column make one key. */
const ROW_STEP = 2 ** 15;

/**
 * The cells of one range. It holds 4 bytes per stored cell of the range and nothing for empty ones, so a
 * range of millions of rows costs no more than the sheet in memory does.
 */
export class TableRows {
  readonly range: Range;
  readonly #sheet: Sheet;
  readonly #merged: Merged;
  /** Indices of `sheet.cells`, sorted by row, column and place in the file. */
  readonly #cells: Int32Array;
  /** Sorted by top row. */
  readonly #merges: readonly Merge[];

  constructor(sheet: Sheet, range: Range, merged: Merged) {
    this.range = range;
    this.#sheet = sheet;
    this.#merged = merged;
    this.#cells = sortedCells(sheet, range);
    this.#merges = mergesIn(sheet, range);
  }

  /** How many columns the range has. */
  get width(): number {
    return this.range.right - this.range.left + 1;
  }

  /**
   * The rows from `first` to `last`, which count as on the sheet: from 1, both included.
   *
   * @returns Per row one index of `sheet.cells` per column, −1 for none. The array is used again for the next
   *   row.
   */
  *rows(first: number = this.range.top, last: number = this.range.bottom): Generator<Int32Array> {
    const { left, right } = this.range;
    const { rows, columns } = this.#sheet.cells;
    const row = new Int32Array(this.width);
    let at = this.#firstOf(first);
    let nextMerge = 0;
    let active: Merge[] = [];
    for (let number = first; number <= last; number++) {
      row.fill(-1);
      for (; at < this.#cells.length && rows[this.#cells[at]!] === number; at++) {
        const cell = this.#cells[at]!;
        row[columns[cell]! - left] = cell; // of several cells at one place the last one counts
      }
      active = active.filter(({ bottom }) => bottom >= number);
      for (; nextMerge < this.#merges.length && this.#merges[nextMerge]!.top <= number; nextMerge++) {
        const merge = this.#merges[nextMerge]!;
        // More than one merged range per column can only be a broken file's.
        if (merge.bottom >= number && active.length < this.width) active.push(merge);
      }
      for (const merge of active) this.#drawMerge(row, merge, number, left, right);
      yield row;
    }
  }

  /** The place in `#cells` of the first cell in this row or below. */
  #firstOf(row: number): number {
    const { rows } = this.#sheet.cells;
    let low = 0;
    let high = this.#cells.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (rows[this.#cells[middle]!]! < row) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #drawMerge(row: Int32Array, merge: Merge, number: number, left: number, right: number): void {
    const from = Math.max(merge.left, left) - left;
    const to = Math.min(merge.right, right) - left + 1;
    if (this.#merged === "fill") {
      row.fill(merge.cell, from, to);
      return;
    }
    row.fill(-1, from, to);
    if (number === merge.top && merge.left >= left) row[from] = merge.cell;
  }
}

function sortedCells({ cells }: Sheet, { top, left, bottom, right }: Range): Int32Array {
  const { rows, columns, length } = cells;
  const isInside = (cell: number) =>
    rows[cell]! >= top && rows[cell]! <= bottom && columns[cell]! >= left && columns[cell]! <= right;
  let count = 0;
  for (let cell = 0; cell < length; cell++) if (isInside(cell)) count++;
  const found = new Int32Array(count);
  let isSorted = true;
  let at = 0;
  for (let cell = 0; cell < length; cell++) {
    if (!isInside(cell)) continue;
    const before = found[at - 1];
    if (before !== undefined && order(cells, before, cell) > 0) isSorted = false;
    found[at++] = cell;
  }
  return isSorted ? found : found.sort((a, b) => order(cells, a, b) || a - b);
}

/** Below 0 if cell `a` stands before cell `b` in the order of rows, and of columns within a row. */
function order({ rows, columns }: Sheet["cells"], a: number, b: number): number {
  return rows[a]! - rows[b]! || columns[a]! - columns[b]!;
}

function mergesIn({ cells, merges }: Sheet, range: Range): Merge[] {
  const found: Merge[] = [];
  const byAnchor = new Map<number, Merge>();
  for (let at = 0; at < merges.length; at += MERGE_FIELDS) {
    const [top, left, bottom, right] = [0, 1, 2, 3].map((field) => merges.at(at + field)) as Four;
    const merge = { top, left, bottom, right, cell: -1 };
    if (!overlaps(merge, range)) continue;
    found.push(merge);
    byAnchor.set(top * ROW_STEP + left, merge);
  }
  if (found.length === 0) return found;
  for (let cell = 0; cell < cells.length; cell++) {
    const merge = byAnchor.get(cells.rows[cell]! * ROW_STEP + cells.columns[cell]!);
    if (merge) merge.cell = cell;
  }
  return found.sort((a, b) => a.top - b.top || a.left - b.left);
}

type Four = [number, number, number, number];
