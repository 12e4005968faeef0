/** What covers a cell without being in it: merged ranges, Excel's tables, comments. */

import { clipRange, type Range, rangeArea } from "../base/range.ts";
import { MERGE_FIELDS } from "../excel/sheet-scanner.ts";
import type { Sheet } from "../excel/workbook.ts";
import { WorkbookError } from "../excel/workbook-error.ts";

/** Bits of `CellMarks.marks`. The first four are channels 4–7. */
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

/** Marks of each cell of a grid, painted range by range. */
export class CellMarks {
  /** [height, width] bits of `Mark`. */
  readonly marks: Uint8Array;
  /** [height, width] the position (row-major) of a covered cell's anchor; only valid where `Covered` is set. */
  readonly anchors: Uint32Array;
  readonly #height: number;
  readonly #width: number;
  /** Cells that may still be painted: ranges that do not overlap need one grid for merges and one for tables. */
  #budget: number;

  /** @throws {WorkbookError} If the ranges overlap so much that painting them would take for ever. */
  constructor(sheet: Sheet, file: string, height: number, width: number) {
    this.#height = height;
    this.#width = width;
    this.#budget = 16 * height * width + 1_000_000;
    this.marks = new Uint8Array(height * width);
    this.anchors = new Uint32Array(sheet.merges.length > 0 ? height * width : 0);
    try {
      this.#paintMerges(sheet);
      for (const { range, headerRows } of sheet.tables) {
        this.#paint(range, Mark.Table);
        const header = { ...range, bottom: Math.min(range.bottom, range.top + headerRows - 1) };
        if (headerRows > 0) this.#paint(header, Mark.TableHeader);
      }
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new WorkbookError("corrupt", { file, part: sheet.part, reason: error.message });
    }
    for (const { row, column } of sheet.comments) {
      if (row <= height && column <= width) this.marks[(row - 1) * width + column - 1]! |= Mark.Comment;
    }
  }

  #paintMerges({ merges }: Sheet): void {
    for (let at = 0; at < merges.length; at += MERGE_FIELDS) {
      const top = merges.at(at);
      const left = merges.at(at + 1);
      const bottom = merges.at(at + 2);
      const right = merges.at(at + 3);
      if (top > this.#height || left > this.#width) continue;
      this.#paintMerge(top, left, bottom, right);
    }
  }

  /** Cells that lie in an earlier merged range already keep to that one: Excel allows no overlap. */
  #paintMerge(top: number, left: number, bottom: number, right: number): void {
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
        this.anchors[at] = anchor;
      }
    }
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
