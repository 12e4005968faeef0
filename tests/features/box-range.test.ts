/** Tests the way from ranges to boxes and back. */

import { expect, test } from "bun:test";
import fc from "fast-check";
import { MAX_COLUMN, type Range } from "../../core/base/range.ts";
import { boxToRange, rangesToBoxes, rangeToBox } from "../../core/features/box-range.ts";

const range = (top: number, left: number, bottom: number, right: number): Range => ({
  top,
  left,
  bottom,
  right,
});

test("rangeToBox() of B3:F20 on 40 x 8 cells is worked out by hand", () => {
  // x from 1 to 6 of 8, y from 2 to 20 of 40
  expect(rangeToBox(range(3, 2, 20, 6), 40, 8)).toEqual([3.5 / 8, 11 / 40, 5 / 8, 18 / 40]);
});

test("rangeToBox() of the whole grid is 0.5, 0.5, 1, 1", () => {
  expect(rangeToBox(range(1, 1, 7, 3), 7, 3)).toEqual([0.5, 0.5, 1, 1]);
});

test("rangesToBoxes() joins boxes one after the other, none for no table", () => {
  const boxes = rangesToBoxes([range(1, 1, 2, 2), range(3, 1, 4, 4)], 4, 4);
  expect([...boxes]).toEqual([0.25, 0.25, 0.5, 0.5, 0.5, 0.75, 1, 0.5]);
  expect(rangesToBoxes([], 4, 4)).toHaveLength(0);
});

test("boxToRange() gives back the range of any box, through float32 too", () => {
  const grids = fc
    .tuple(fc.integer({ min: 1, max: 20_000 }), fc.integer({ min: 1, max: MAX_COLUMN }))
    .chain(([height, width]) =>
      fc.record({
        height: fc.constant(height),
        width: fc.constant(width),
        rows: fc.tuple(fc.integer({ min: 1, max: height }), fc.integer({ min: 1, max: height })),
        columns: fc.tuple(fc.integer({ min: 1, max: width }), fc.integer({ min: 1, max: width })),
      }),
    );
  fc.assert(
    fc.property(grids, ({ height, width, rows, columns }) => {
      const drawn = range(Math.min(...rows), Math.min(...columns), Math.max(...rows), Math.max(...columns));
      expect(boxToRange(rangesToBoxes([drawn], height, width), height, width)).toEqual(drawn);
    }),
  );
});

test("boxToRange() rounds each edge to the nearest cell edge", () => {
  // x from 0.6 to 2.4 of 10, y from 3.5 to 5.51 of 10
  expect(boxToRange([0.15, 0.4505, 0.18, 0.201], 10, 10)).toEqual(range(5, 2, 6, 2));
});

test("boxToRange() clamps to the grid", () => {
  expect(boxToRange([0.5, 0.5, 3, 3], 6, 4)).toEqual(range(1, 1, 6, 4));
  expect(boxToRange([1, 1, 0.5, 0.5], 4, 4)).toEqual(range(4, 4, 4, 4));
});

test("boxToRange() keeps the cell under the centre of an empty box, on the grid", () => {
  expect(boxToRange([0.5, 0.25, 0.01, 0.01], 10, 10)).toEqual(range(3, 6, 3, 6));
  expect(boxToRange([1.2, -0.3, 0, 0], 10, 10)).toEqual(range(1, 10, 1, 10));
  expect(boxToRange([0.5, 0.5, -1, -1], 3, 3)).toEqual(range(2, 2, 2, 2));
});
