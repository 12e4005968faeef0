/** Tests the arithmetic of ranges: overlap, union, containment. */

import { expect, test } from "bun:test";
import {
  clipRange,
  columnName,
  columnNumber,
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

test("columns are counted with 26 letters and no zero", () => {
  for (const [column, name] of [
    [1, "A"],
    [26, "Z"],
    [27, "AA"],
    [52, "AZ"],
    [53, "BA"],
    [702, "ZZ"],
    [703, "AAA"],
    [16_384, "XFD"],
  ] as const) {
    expect([columnName(column), columnNumber(name), columnNumber(name.toLowerCase())]).toEqual([
      name,
      column,
      column,
    ]);
  }
});

test("parseRange() reads cells and corners in any order, up to XFD1048576, and nothing else", () => {
  const read = (text: string) => {
    const found = parseRange(text);
    return found && formatRange(found);
  };
  expect(["b2", " $C$9:b2 ", "C2:B9", "XFD1048576"].map(read)).toEqual([
    "B2:B2",
    "B2:C9",
    "B2:C9",
    "XFD1048576:XFD1048576",
  ]);
  for (const text of [
    "",
    "A0",
    "A01",
    "A1048577",
    "XFE1",
    "AAAA1",
    "A1:",
    "A1:B2:C3",
    "A:B",
    "1:2",
    "A1 B2",
  ]) {
    expect([text, parseRange(text)]).toEqual([text, null]);
  }
});

test("clipRange() leaves what lies within so many rows and columns", () => {
  const clipped = (text: string, height: number, width: number) => {
    const found = clipRange(range(text), height, width);
    return found && formatRange(found);
  };
  expect(clipped("B3:D6", 6, 4)).toBe("B3:D6");
  expect(clipped("B3:D6", 9, 9)).toBe("B3:D6");
  expect(clipped("B3:D6", 3, 2)).toBe("B3:B3");
  expect(clipped("B3:D6", 2, 9)).toBeNull();
  expect(clipped("B3:D6", 9, 1)).toBeNull();
});

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
