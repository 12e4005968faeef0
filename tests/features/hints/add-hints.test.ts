/** Tests which cells get hints: with values, covered by merged ranges, in rows without cells. */

import { expect, test } from "bun:test";
import { CellMarks } from "../../../core/features/cell-marks.ts";
import { addHints } from "../../../core/features/hints/add-hints.ts";
import { type PackedGrid, packCells, VectorIndex } from "../../../core/features/packed-grid.ts";
import { HINTS_WORD, VECTOR_WORDS } from "../../../core/features/vector-bits.ts";

/** A grid whose cells all have the same vector. */
function plainGrid(height: number, width: number): PackedGrid {
  const index = new VectorIndex();
  const vector = index.add(1, 2, 3, 0);
  return packCells(height, width, new Uint32Array(height * width).fill(vector), index.vectors());
}

function hintsOf({ cells, vectors }: PackedGrid): number[] {
  return Array.from(cells, (vector) => vectors[vector * VECTOR_WORDS + HINTS_WORD]!);
}

test("cells of rows without values have no hints, and the other words stay", () => {
  const hints = { rows: Uint32Array.of(1), hints: Uint32Array.of(5, 0, 7) };
  const grid = addHints(plainGrid(3, 3), hints, null);
  expect(hintsOf(grid)).toEqual([0, 0, 0, 5, 0, 7, 0, 0, 0]);
  expect(grid.cells).toBeInstanceOf(Uint16Array);
  for (const vector of grid.cells) {
    expect([...grid.vectors.subarray(vector * VECTOR_WORDS, vector * VECTOR_WORDS + 3)]).toEqual([1, 2, 3]);
  }
});

test("a merged range has the hints of its first cell, also in rows without values, or none", () => {
  const marks = new CellMarks(3, 2);
  marks.merge(1, 1, 3, 1);
  const filled = { rows: Uint32Array.of(0), hints: Uint32Array.of(9, 4) };
  expect(hintsOf(addHints(plainGrid(3, 2), filled, marks))).toEqual([9, 4, 9, 0, 9, 0]);
  const below = { rows: Uint32Array.of(2), hints: Uint32Array.of(0, 4) };
  expect(hintsOf(addHints(plainGrid(3, 2), below, marks))).toEqual([0, 0, 0, 0, 0, 4]);
});

test("where merged ranges overlap, the first cell of the second one may be covered by the first", () => {
  const marks = new CellMarks(2, 3);
  marks.merge(1, 1, 1, 2);
  marks.merge(1, 2, 2, 3);
  const hints = { rows: Uint32Array.of(0, 1), hints: Uint32Array.of(9, 0, 0, 4, 0, 0) };
  expect(hintsOf(addHints(plainGrid(2, 3), hints, marks))).toEqual([9, 9, 9, 4, 9, 9]);
});

test("more than 65,536 distinct vectors need 32 bits", () => {
  const count = 66_000;
  const hints = {
    rows: Uint32Array.of(0),
    hints: Uint32Array.from({ length: count }, (_, cell) => cell + 1),
  };
  const grid = addHints(plainGrid(1, count), hints, null);
  expect(grid.cells).toBeInstanceOf(Uint32Array);
  expect(hintsOf(grid)).toEqual([...hints.hints]);
});
