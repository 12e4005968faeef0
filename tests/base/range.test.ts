/** Tests the arithmetic of ranges: overlap, union, containment. */

import { expect, test } from "bun:test";
import {
  containsCell,
  formatRange,
  overlaps,
  parseRange,
  rangeArea,
  rangeIou,
  sharedArea,
  unionRange,
} from "../../core/base/range.ts";

const range = (text: string) => parseRange(text)!;
const TABLE = range("B3:D6");

/** Each range with the cells that it shares with B3:D6. */
const SHARED: readonly (readonly [string, number])[] = [
  ["B3:D6", 12],
  ["C4:C4", 1],
  ["A1:Z99", 12],
  ["D6:F9", 1],
  ["A1:B3", 1],
  ["E3:F6", 0],
  ["B7:D9", 0],
  ["A1:A9", 0],
  ["B1:D2", 0],
];

for (const [text, cells] of SHARED) {
  test(`B3:D6 and ${text} share ${cells} cells`, () => {
    const other = range(text);
    for (const [a, b] of [
      [TABLE, other],
      [other, TABLE],
    ] as const) {
      expect(sharedArea(a, b)).toBe(cells);
      expect(overlaps(a, b)).toBe(cells > 0);
      expect(rangeIou(a, b)).toBe(cells / (rangeArea(a) + rangeArea(b) - cells));
    }
  });
}

test("containsCell() has both ends of rows and columns in the range", () => {
  const inside = [];
  for (let row = 1; row < 9; row++) {
    for (let column = 1; column < 9; column++)
      if (containsCell(TABLE, row, column)) inside.push([row, column]);
  }
  expect(inside).toHaveLength(rangeArea(TABLE));
  expect([inside[0], inside.at(-1)]).toEqual([
    [3, 2],
    [6, 4],
  ]);
});

test("unionRange() is the smallest range that contains both", () => {
  expect(formatRange(unionRange(TABLE, range("F1:F1")))).toBe("B1:F6");
  expect(formatRange(unionRange(range("A5:A9"), TABLE))).toBe("A3:D9");
  expect(unionRange(TABLE, range("C4:C4"))).toEqual(TABLE);
});
