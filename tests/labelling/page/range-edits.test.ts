/** Tests what a person does to ranges: move, stretch, split, find a place, and what is wrong with them. */

import { expect, test } from "bun:test";
import { formatRange, parseRange, type Range } from "../../../core/base/range.ts";
import {
  draftTables,
  freePlace,
  moved,
  nearestCut,
  problemsOf,
  split,
  stretched,
} from "../../../core/labelling/page/state/range-edits.ts";

const EXTENT = { rows: 100, cols: 20 };
const range = (text: string): Range => parseRange(text)!;

test("a range moves as far as the sheet goes and keeps its size", () => {
  expect(formatRange(moved(range("B3:D5"), 2, -1, EXTENT))).toBe("A5:C7");
  expect(formatRange(moved(range("B3:D5"), -9, 90, EXTENT))).toBe("R1:T3");
});

test("an edge that passes the one opposite takes its place", () => {
  expect(formatRange(stretched(range("B3:D5"), { bottom: true }, 4, 0, EXTENT))).toBe("B3:D9");
  expect(formatRange(stretched(range("B3:D5"), { top: true, left: true }, 4, 5, EXTENT))).toBe("D5:G7");
});

test("a range is split between rows or columns, and not at its first one", () => {
  expect(split(range("B3:D5"), { axis: "row", at: 4 })?.map(formatRange)).toEqual(["B3:D3", "B4:D5"]);
  expect(split(range("B3:D5"), { axis: "col", at: 4 })?.map(formatRange)).toEqual(["B3:C5", "D3:D5"]);
  expect(split(range("B3:D5"), { axis: "row", at: 3 })).toBeNull();
  expect(nearestCut(range("B3:D3"), "row", 9)).toBeNull();
  expect(nearestCut(range("B3:D5"), "row", 99)).toEqual({ axis: "row", at: 5 });
});

test("a new table is put where no other one is", () => {
  const taken = [range("A1:C10"), range("A12:C20")];
  expect(formatRange(freePlace(2, 2, taken, EXTENT))).toBe("B22:D24");
  expect(formatRange(freePlace(2, 8, taken, EXTENT))).toBe("H2:J4");
});

test("ranges that are none, lie outside or share cells are named", () => {
  expect(problemsOf(["A1:B2", "nonsense", "A1:Z9", "B2:C3"], EXTENT)).toEqual([
    "nonsense is no range such as B3:F20.",
    "A1:Z9 reaches beyond the sheet.",
    "A1:B2 and A1:Z9 share cells.",
    "A1:B2 and B2:C3 share cells.",
    "A1:Z9 and B2:C3 share cells.",
  ]);
  expect(problemsOf(["A1:B2", "A3:B4", "C1:C4"], EXTENT)).toEqual([]);
});

test("of proposals that share cells, Excel's own table stays", () => {
  expect(
    draftTables([
      { range: "A1:C9", score: 0.99, source: "model" },
      { range: "A1:C8", score: null, source: "excel_table" },
      { range: "E1:F3", score: 0.4, source: "model" },
    ]),
  ).toEqual(["A1:C8", "E1:F3"]);
});
