/** What covers a cell without being in it: merged ranges, Excel's tables, comments. */

import { clipRange, type Range, rangeArea } from "../base/range.ts";
import { MERGE_BOTTOM, MERGE_LEFT, MERGE_RIGHT, MERGE_TOP } from "./vector-bits.ts";

/** Bits of `CellMarks.marks`. */
export const Mark = {
  MergeLeft: 1,
  MergeRight: 2,
  MergeTop: 4,
  MergeBottom: 8,
  /** In a merged range, but not its top-left cell. */
  Covered: 16,
  Table: 32,
  TableHeader: 64,
  Comment: 128,
} as const;

const MERGED = Mark.MergeLeft | Mark.MergeRight | Mark.MergeTop | Mark.MergeBottom;

/** By the merge bits of a mark: the bits of the low word. */
const MERGE_WORDS = Array.from(
  { length: MERGED + 1 },
  (_, mark) =>
    (mark & Mark.MergeLeft ? MERGE_LEFT : 0) |
    (mark & Mark.MergeRight ? MERGE_RIGHT : 0) |
    (mark & Mark.MergeTop ? MERGE_TOP : 0) |
    (mark & Mark.MergeBottom ? MERGE_BOTTOM : 0),
);

/** The bits of the low word that say on which sides a cell with these marks is merged. */
export function mergeBits(mark: number): number {
  return MERGE_WORDS[mark & MERGED]!;
}

/** Marks of each cell of a grid, painted range by range. What lies outside of the grid is left out. */
export class CellMarks {
  /** [height, width] bits of `Mark`. */
  readonly marks: Uint8Array;
  readonly #height: number;
  readonly #width: number;
  /** [height, width] positions of anchors; empty until a merged range is painted. */
  #anchors = new Uint32Array(0);
  /**
   * Cells that may still be painted: ranges that do not overlap need one grid for merges and one for tables.
   */
  #budget: number;

  constructor(height: number, width: number) {
    this.#height = height;
    this.#width = width;
    this.#budget = 16 * height * width + 1_000_000;
    this.marks = new Uint8Array(height * width);
  }

  /** Whether the cell at a position (row-major, from 0) is in a merged range, but not its first cell. */
  isCovered(at: number): boolean {
    return (this.marks[at]! & Mark.Covered) !== 0;
  }

  /** The position (row-major, from 0) of the anchor of the merged range around a covered cell. */
  anchor(at: number): number {
    return this.#anchors[at]!;
  }

  /**
   * Paints a merged range. Cells that lie in an earlier one already keep to that one: Excel allows no
   * overlap.
   *
   * @throws {RangeError} If the ranges overlap so much that painting them would take for ever.
   */
  merge(top: number, left: number, bottom: number, right: number): void {
    if (top > this.#height || left > this.#width) return;
    if (this.#anchors.length === 0) this.#anchors = new Uint32Array(this.marks.length);
    const lastRow = Math.min(bottom, this.#height);
    const lastColumn = Math.min(right, this.#width);
    const anchor = (top - 1) * this.#width + left - 1;
    this.#spend((lastRow - top + 1) * (lastColumn - left + 1));
    for (let row = top; row <= lastRow; row++) {
      for (let column = left; column <= lastColumn; column++) {
        const at = (row - 1) * this.#width + column - 1;
        if (this.marks[at]! & MERGED) continue;
        let mark = at === anchor ? 0 : Mark.Covered;
        if (column > left) mark |= Mark.MergeLeft;
        if (column < right) mark |= Mark.MergeRight;
        if (row > top) mark |= Mark.MergeTop;
        if (row < bottom) mark |= Mark.MergeBottom;
        this.marks[at]! |= mark;
        this.#anchors[at] = anchor;
      }
    }
  }

  /**
   * Paints one of Excel's tables and its header rows.
   *
   * @throws {RangeError} As `merge`.
   */
  table(range: Range, headerRows: number): void {
    this.#paint(range, Mark.Table);
    const bottom = Math.min(range.bottom, range.top + headerRows - 1);
    if (headerRows > 0) this.#paint({ ...range, bottom }, Mark.TableHeader);
  }

  /** Marks a cell that has a comment. */
  comment(row: number, column: number): void {
    if (row > this.#height || column > this.#width) return;
    this.marks[(row - 1) * this.#width + column - 1]! |= Mark.Comment;
  }

  #paint(range: Range, mark: number): void {
    const clipped = clipRange(range, this.#height, this.#width);
    if (!clipped) return;
    this.#spend(rangeArea(clipped));
    for (let row = clipped.top; row <= clipped.bottom; row++) {
      const start = (row - 1) * this.#width;
      for (let at = start + clipped.left - 1; at < start + clipped.right; at++) this.marks[at]! |= mark;
    }
  }

  #spend(cells: number): void {
    this.#budget -= cells;
    if (this.#budget < 0)
      throw new RangeError("its merged ranges or tables overlap each other many times over");
  }
}
