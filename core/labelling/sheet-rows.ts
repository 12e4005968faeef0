/** Finds the cells of some rows of a sheet without looking at all the others. */

import type { Sheet } from "../excel/workbook.ts";

/** The cells of a sheet by row. Usually the file has them in order, and no further memory is needed. */
export class SheetRows {
  readonly #rows: Uint32Array;
  readonly #length: number;
  /** Indices of cells in the order of their rows; null where the file has them in order. */
  readonly #order: Uint32Array | null;

  constructor({ cells: { rows, length } }: Pick<Sheet, "cells">) {
    this.#rows = rows;
    this.#length = length;
    let isSorted = true;
    for (let cell = 1; cell < length && isSorted; cell++) isSorted = rows[cell - 1]! <= rows[cell]!;
    // Of several cells for one position the last one counts, so equal rows keep their order.
    this.#order = isSorted
      ? null
      : Uint32Array.from({ length }, (_, cell) => cell).sort((a, b) => rows[a]! - rows[b]! || a - b);
  }

  /** Calls `visit` with each cell of the rows `top` … `bottom`, as an index of `sheet.cells`. */
  each(top: number, bottom: number, visit: (cell: number) => void): void {
    for (let at = this.#firstFrom(top); at < this.#length; at++) {
      const cell = this.#order === null ? at : this.#order[at]!;
      if (this.#rows[cell]! > bottom) return;
      visit(cell);
    }
  }

  /** The place of the first cell in row `top` or below. */
  #firstFrom(top: number): number {
    let [low, high] = [0, this.#length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const cell = this.#order === null ? middle : this.#order[middle]!;
      if (this.#rows[cell]! < top) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
