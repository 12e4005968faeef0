/** Finds the cells of a sheet row by row, without an array over all positions of the sheet. */

import { MAX_COLUMN } from "../base/range.ts";
import type { CellTable } from "../excel/cell-table.ts";

/**
 * The cells of a table by their places. If the file has several cells for a place, the last one counts. It
 * holds a number per row and, where the file does not have its cells in order, one per cell.
 */
export class CellRows {
  readonly #columns: Uint16Array;
  readonly #width: number;
  /** By row, from 0: the first of its places in `#order`; the next entry ends them. */
  readonly #starts: Uint32Array;
  /** Indices of cells by row, column and index; null: the table has them in this order. */
  readonly #order: Uint32Array | null;
  readonly #line: Int32Array;
  #row = -1;

  /** Cells beyond `height` rows and `width` columns are not found. */
  constructor(cells: CellTable, height: number, width: number) {
    const { rows, columns, length } = cells;
    this.#columns = columns;
    this.#width = width;
    this.#line = new Int32Array(width);
    this.#starts = startsOf(rows, length, height);
    this.#order = areInOrder(cells) ? null : inOrder(cells, this.#starts);
  }

  /**
   * The cells of a row, from 0, by column: 1 + the index of the cell in the table, or 0.
   *
   * @returns An array that the next call overwrites.
   */
  line(row: number): Int32Array {
    const line = this.#line;
    if (row === this.#row) return line;
    if (!this.isEmpty(this.#row)) line.fill(0);
    this.#row = row;
    for (let place = this.#starts[row]!, end = this.#starts[row + 1]!; place < end; place++) {
      const cell = this.#cell(place);
      const column = this.#columns[cell]!;
      if (column <= this.#width) line[column - 1] = cell + 1;
    }
    return line;
  }

  /** Whether a row, from 0, has no cell. */
  isEmpty(row: number): boolean {
    return row < 0 || this.#starts[row] === this.#starts[row + 1];
  }

  /** The numbers of the rows that have a cell, from 0, ascending, of the first `height` rows. */
  filled(height: number): Uint32Array {
    const rows: number[] = [];
    for (let row = 0; row < height; row++) if (!this.isEmpty(row)) rows.push(row);
    return Uint32Array.from(rows);
  }

  /** 1 + the index of the cell at a row-major position of the grid, or 0. */
  at(position: number): number {
    const row = Math.floor(position / this.#width);
    const column = (position % this.#width) + 1;
    const first = this.#starts[row]!;
    let from = first;
    let to = this.#starts[row + 1]!;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (this.#columns[this.#cell(middle)]! <= column) from = middle + 1;
      else to = middle;
    }
    if (from === first) return 0;
    const cell = this.#cell(from - 1);
    return this.#columns[cell] === column ? cell + 1 : 0;
  }

  #cell(place: number): number {
    return this.#order === null ? place : this.#order[place]!;
  }
}

/** Where each of the rows begins if cells are sorted by row; the last entry ends the last row. */
function startsOf(rows: Uint32Array, length: number, height: number): Uint32Array {
  const starts = new Uint32Array(height + 1);
  for (let cell = 0; cell < length; cell++) if (rows[cell]! <= height) starts[rows[cell]!]!++;
  for (let row = 1; row <= height; row++) starts[row]! += starts[row - 1]!;
  return starts;
}

function areInOrder({ rows, columns, length }: CellTable): boolean {
  for (let cell = 1; cell < length; cell++) {
    const [above, row] = [rows[cell - 1]!, rows[cell]!];
    if (row < above || (row === above && columns[cell]! < columns[cell - 1]!)) return false;
  }
  return true;
}

/** The indices of the cells by row, column and index: sorted by column first, then by row. */
function inOrder({ rows, columns, length }: CellTable, starts: Uint32Array): Uint32Array {
  const next = new Uint32Array(MAX_COLUMN + 1);
  for (let cell = 0; cell < length; cell++) next[columns[cell]!]!++;
  for (let column = 1; column <= MAX_COLUMN; column++) next[column]! += next[column - 1]!;
  const byColumn = new Uint32Array(length);
  for (let cell = 0; cell < length; cell++) byColumn[next[columns[cell]! - 1]!++] = cell;
  const nextOfRow = starts.slice();
  const order = new Uint32Array(starts.at(-1)!);
  for (const cell of byColumn) {
    const row = rows[cell]! - 1;
    if (row + 1 < starts.length) order[nextOfRow[row]!++] = cell;
  }
  return order;
}
