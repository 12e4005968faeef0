/** Tests the walk through the rows of a range. */

import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { containsCell, type Range } from "../../core/base/range.ts";
import { CellKind, CellTable } from "../../core/excel/cell-table.ts";
import type { Sheet } from "../../core/excel/workbook.ts";
import { type Merged, TableRows } from "../../core/extraction/table-rows.ts";
import { range, tableSheet } from "./table-sheet.ts";

/** The numbers in the rows; null for none. */
function numbers(sheet: Sheet, place: Range, merged: Merged, first?: number, last?: number) {
  // A row is used again for the next one, so each is copied as it comes.
  return Array.from(new TableRows(sheet, place, merged).rows(first, last), (row) =>
    Array.from(row, (cell) => (cell < 0 ? null : sheet.cells.values[cell]!)),
  );
}

const GRID = [
  [1, 2, 3],
  [4, null, 6],
  [7, 8, 9],
];

test("rows() gives the cells of the range row by row, and of single rows", async () => {
  const sheet = await tableSheet(GRID);
  const place = range("B1:D4");
  const all = [
    [2, 3, null],
    [null, 6, null],
    [8, 9, null],
    [null, null, null],
  ];
  expect(numbers(sheet, place, "fill")).toEqual(all);
  expect(numbers(sheet, place, "fill", 2, 3)).toEqual(all.slice(1, 3));
});

test("rows() fills merged cells with the first one, or leaves them empty, also where the range cuts them", async () => {
  const rows = [
    [1, null, 3],
    [null, null, 6],
    [7, 8, 9],
  ];
  const sheet = await tableSheet(rows, { merges: [range("A1:B2")] });
  expect(numbers(sheet, range("A1:C2"), "fill")).toEqual([
    [1, 1, 3],
    [1, 1, 6],
  ]);
  expect(numbers(sheet, range("A1:C2"), "first")).toEqual([
    [1, null, 3],
    [null, null, 6],
  ]);
  // The top left cell is above the range and left of it.
  expect(numbers(sheet, range("B2:C3"), "fill")).toEqual([
    [1, 6],
    [8, 9],
  ]);
  expect(numbers(sheet, range("B2:C3"), "first")).toEqual([
    [null, 6],
    [8, 9],
  ]);
  expect(numbers(sheet, range("A1:C3"), "fill", 2, 2)).toEqual([[1, 1, 6]]);
});

test("rows() takes the last of several cells at one place, in whatever order the file has its cells", async () => {
  const sheet = await tableSheet(GRID);
  const cell = fc.record({ row: fc.integer({ min: 1, max: 5 }), column: fc.integer({ min: 1, max: 4 }) });
  fc.assert(
    fc.property(fc.array(cell, { maxLength: 40 }), (places) => {
      const cells = new CellTable();
      const want = Array.from({ length: 3 }, () => Array.from({ length: 2 }, (): number | null => null));
      for (const [value, { row, column }] of places.entries()) {
        cells.push(row, column, 0, CellKind.Number, false, value, 0);
        if (containsCell(range("B2:C4"), row, column)) want[row - 2]![column - 2] = value;
      }
      expect(numbers({ ...sheet, cells }, range("B2:C4"), "fill")).toEqual(want);
    }),
  );
});
