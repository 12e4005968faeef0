/** Adds the hints of cells to a packed grid. */

import type { CellMarks } from "../cell-marks.ts";
import { type PackedGrid, VectorIndex } from "../packed-grid.ts";
import { VECTOR_WORDS } from "../vector-bits.ts";
import type { RowHints } from "./sheet-hints.ts";

/**
 * The grid with the hints of its cells. All cells of a merged range have those of its first cell, as the
 * channels "of the anchor" are.
 *
 * @param grid Without hints. Its cells are changed in place and belong to the result: on a large sheet a
 *   second array would double the memory.
 * @param marks What covers the cells; null where nothing does.
 */
export function addHints(grid: PackedGrid, { rows, hints }: RowHints, marks: CellMarks | null): PackedGrid {
  const { height, width, vectors } = grid;
  const places = new Int32Array(height).fill(-1);
  for (const [place, row] of rows.entries()) places[row] = place;
  /** The hints at a row-major position of the grid. */
  const hintsAt = (row: number, column: number): number => {
    const place = places[row]!;
    return place < 0 ? 0 : hints[place * width + column]!;
  };
  const index = new VectorIndex();
  let { cells } = grid;
  /** By vector: 1 + its index without hints, as most cells of a large sheet are empty; or 0. */
  const plain = new Uint32Array(vectors.length / VECTOR_WORDS);
  for (let row = 0, cell = 0; row < height; row++) {
    for (let column = 0; column < width; column++, cell++) {
      let anchor = cell;
      // In a damaged file ranges overlap: the first cell of one may be covered by an earlier one.
      while (marks?.isCovered(anchor)) anchor = marks.anchor(anchor);
      const own =
        anchor === cell ? hintsAt(row, column) : hintsAt(Math.floor(anchor / width), anchor % width);
      const vector = cells[cell]!;
      let next = own === 0 ? plain[vector]! - 1 : -1;
      if (next < 0) {
        const at = vector * VECTOR_WORDS;
        next = index.add(vectors[at]!, vectors[at + 1]!, vectors[at + 2]!, own);
        if (own === 0) plain[vector] = next + 1;
      }
      if (next === 65_536 && cells instanceof Uint16Array) cells = new Uint32Array(cells);
      cells[cell] = next;
    }
  }
  return { height, width, cells, vectors: index.vectors() };
}
