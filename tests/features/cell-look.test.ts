/** Tests what a drawing of a sheet learns of its cells. */

import { expect, test } from "bun:test";
import { LENGTH_SHIFT, Look, sheetLook } from "../../core/features/cell-look.ts";
import { ColorBucket } from "../../core/features/color-bucket.ts";
import {
  BOLD,
  BORDER_BOTTOM,
  BORDER_LEFT,
  DIGITS_WORD,
  FILL_COLOR,
  IS_VISIBLY_EMPTY,
  LENGTH_M,
  LENGTH_XL,
  VECTOR_WORDS,
} from "../../core/features/vector-bits.ts";

/** A sheet of one row, each cell from its low word, high word and digit proportion. */
function rowOf(...cells: [low: number, high: number, digits: number][]) {
  const vectors = new Uint32Array(cells.length * VECTOR_WORDS);
  const floats = new Float32Array(vectors.buffer);
  for (const [index, [low, high, digits]] of cells.entries()) {
    vectors.set([low, high], index * VECTOR_WORDS);
    floats[index * VECTOR_WORDS + DIGITS_WORD] = digits;
  }
  return { height: 1, width: cells.length, vectors, cells: Uint16Array.from(cells.keys()) };
}

test("sheetLook() has fill, borders, kind and length of what a cell shows", () => {
  const green = FILL_COLOR[ColorBucket.Green]!;
  const look = sheetLook(
    rowOf(
      [0, LENGTH_XL | BORDER_LEFT, 0],
      [green, LENGTH_M | BOLD, 1],
      [green | IS_VISIBLY_EMPTY, BORDER_BOTTOM | BOLD, 0],
    ),
  );
  expect([...look.cells]).toEqual([
    ColorBucket.White | Look.Left | Look.Shown | (3 << LENGTH_SHIFT),
    ColorBucket.Green | Look.Shown | Look.Number | Look.Bold | (1 << LENGTH_SHIFT),
    ColorBucket.Green | Look.Bottom,
  ]);
  expect([look.height, look.width]).toEqual([1, 3]);
});
