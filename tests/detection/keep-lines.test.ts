/** Tests grids that have only some rows and columns of a sheet. */

import { expect, test } from "bun:test";
import { formatRange } from "../../core/base/range.ts";
import { keepLines } from "../../core/detection/keep-lines.ts";
import { cellContent } from "../../core/features/cell-content.ts";
import { picture, ranges } from "../support/picture.ts";

const GRID = picture("x..x", "9..9", "....", "9999", "x9x9");
// Rows 1, 2 and 4, columns A, C and D.
const KEPT = keepLines(GRID, [0, 1, 3], [0, 2, 3]);

test("keepLines() has the cells of the lines that are kept", () => {
  const filled = [...cellContent(KEPT.grid)].map((bits) => bits & 1);
  expect([KEPT.grid.height, KEPT.grid.width]).toEqual([3, 3]);
  expect(filled).toEqual([1, 0, 1, 1, 0, 1, 1, 1, 1]);
});

test("a range of the kept lines is expanded to the sheet, and a range of the sheet shortened to them", () => {
  const expanded = ranges("A1:C3 B2:C3").map((range) => formatRange(KEPT.expand(range)));
  expect(expanded).toEqual(["A1:D4", "C2:D4"]);
  const short = ranges("A1:D5 B1:C9 A3:D3 B1:B5 A5:D9 D4:D4").map((range) => {
    const kept = KEPT.shorten(range);
    return kept && formatRange(kept);
  });
  expect(short).toEqual(["A1:C3", "B1:B3", null, null, null, "C3:C3"]);
});
