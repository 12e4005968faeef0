/** Tests what follows from the sizes of sheets: levels, valid places, positions, centres. */

import { describe, expect, test } from "bun:test";
import { DEFAULT_DETECTOR } from "../../core/model/detector-config.ts";
import { batchGeometry } from "../../core/model/geometry.ts";
import { sinePosition } from "../../core/model/position.ts";

describe("batchGeometry()", () => {
  const alone = batchGeometry([[21, 10]], DEFAULT_DETECTOR);
  const padded = batchGeometry(
    [
      [21, 10],
      [8, 40],
    ],
    DEFAULT_DETECTOR,
  );

  test("rounds cells up to the stem's stride and halves levels, rounding up", () => {
    expect([alone.rows, alone.columns]).toEqual([24, 12]);
    expect(alone.levels).toEqual([
      [6, 3],
      [3, 2],
      [2, 1],
      [1, 1],
    ]);
    expect(alone.tokens).toBe(18 + 6 + 2 + 1);
  });

  test("pads to the tallest and the widest sheet, and marks what is each sheet's own", () => {
    expect(padded.levels[0]).toEqual([6, 10]);
    const valid = padded.valid![0]!;
    const own = (sheet: number) =>
      valid.subarray(sheet * 60, (sheet + 1) * 60).reduce((sum, v) => sum + v, 0);
    expect([own(0), own(1)]).toEqual([6 * 3, 2 * 10]);
    expect([...padded.ratios.subarray(0, 2)].map((x) => x.toFixed(3))).toEqual(["0.300", "1.000"]);
  });

  test("has no masks where no sheet is padded", () => {
    expect(alone.valid).toBeNull();
    expect(alone.ratios.every((ratio) => ratio === 1)).toBe(true);
  });

  test("puts each token's centre at its place in the sheet, x before y", () => {
    // Level 0 has 6 rows and 3 columns: token 4 is row 1, column 1.
    const start = 4 * 4 * 2;
    expect(alone.centres[start]).toBeCloseTo(1.5 / 3, 6);
    expect(alone.centres[start + 1]).toBeCloseTo(1.5 / 6, 6);
  });

  test("takes a sheet of a single cell", () => {
    const { tokens, levels } = batchGeometry([[1, 1]], DEFAULT_DETECTOR);
    expect([tokens, levels.length]).toEqual([4, 4]);
  });

  test("refuses a batch without sheets, or with an empty one", () => {
    expect(() => batchGeometry([], DEFAULT_DETECTOR)).toThrow(RangeError);
    expect(() => batchGeometry([[0, 3]], DEFAULT_DETECTOR)).toThrow("[[0,3]]");
  });
});

test("sinePosition() holds the row's code first, and the same code for the same row", () => {
  const code = sinePosition([1, 1, 1, 1, 1, 1], 1, 2, 3, 8);
  const at = (row: number, column: number) => [
    ...code.subarray((row * 3 + column) * 8, (row * 3 + column + 1) * 8),
  ];
  expect(at(0, 0).slice(0, 4)).toEqual(at(0, 2).slice(0, 4));
  expect(at(0, 1).slice(4)).toEqual(at(1, 1).slice(4));
  expect(at(0, 0).slice(0, 4)).not.toEqual(at(1, 0).slice(0, 4));
  expect(at(0, 0)[0]).toBeCloseTo(Math.sin((0.5 / 2) * 2 * Math.PI), 4);
});
