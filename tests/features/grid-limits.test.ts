/** Tests how much of a sheet is looked at. */

import { expect, test } from "bun:test";
import { endsBeforeValues, gridLimits } from "../../core/features/grid-limits.ts";

/** A sheet whose last value is in its last row and column. */
function filled(height: number, width: number) {
  return { height, width, valueHeight: height, valueWidth: width };
}

test("gridLimits() keeps a sheet whole where it can, and otherwise its first columns and what fits of their rows", () => {
  for (const [height, width, rows, columns] of [
    [100, 30, 100, 30],
    [1024, 16_384, 1024, 16_384],
    [1_048_576, 16, 1_048_576, 16],
    [1_048_576, 23, 729_444, 23],
    [1_048_576, 16_384, 16_384, 1024],
    [2000, 16_384, 2000, 8388],
    [0, 0, 0, 0],
  ] as const) {
    const { maxRows, maxCols } = gridLimits(filled(height, width));
    expect([maxRows, maxCols]).toEqual([rows, columns]);
  }
});

test("gridLimits() leaves out what has no value before it cuts", () => {
  const title = { height: 20_003, width: 16_384, valueHeight: 20_003, valueWidth: 4 }; // merged over A1:XFD1
  expect(gridLimits(title)).toMatchObject({ maxRows: 20_003, maxCols: 4 });
  const note = { height: 1_048_576, width: 16_384, valueHeight: 13, valueWidth: 4 }; // a note in XFD1048576
  expect(gridLimits(note)).toMatchObject({ maxRows: 13, maxCols: 4 });
  const empty = { ...note, valueHeight: 0, valueWidth: 0 };
  expect(gridLimits(empty)).toMatchObject({ maxRows: 1, maxCols: 1 });
});

test("gridLimits() keeps what a raised limit has room for", () => {
  expect(gridLimits(filled(1_048_576, 20))).toMatchObject({ maxRows: 838_860, maxCols: 20 });
  expect(gridLimits(filled(1_048_576, 20), 2 ** 25)).toMatchObject({ maxRows: 1_048_576, maxCols: 20 });
});

test("endsBeforeValues() tells a grid without all values from one that lacks empty cells alone", () => {
  const grid = { height: 10, width: 4 };
  expect(endsBeforeValues(grid, { height: 10, width: 99, valueHeight: 10, valueWidth: 4 })).toBe(false);
  expect(endsBeforeValues(grid, filled(11, 4))).toBe(true);
  expect(endsBeforeValues(grid, filled(10, 5))).toBe(true);
});
