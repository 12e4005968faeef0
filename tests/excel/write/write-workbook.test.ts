/** Tests the bytes of written workbooks, and layouts that are refused. */

import { expect, test } from "bun:test";
import fc from "fast-check";
import type { CellLayout, SheetLayout } from "../../../core/excel/write/workbook-layout.ts";
import { encodeWorkbook, workbookChunks } from "../../../core/excel/write/write-workbook.ts";
import { workbooks } from "./arbitrary-layout.ts";

const sheet = (parts: Partial<SheetLayout> = {}): SheetLayout => ({ name: "Sheet1", cells: [], ...parts });
const cell = (row: number, column: number, value: CellLayout["value"]): CellLayout => ({
  row,
  column,
  value,
});

test("encodeWorkbook() gives the same bytes for the same layout", () => {
  const twice = () => fc.sample(workbooks, { numRuns: 10, seed: 3 }).map((layout) => encodeWorkbook(layout));
  expect(twice()).toEqual(twice());
});

test("encodeWorkbook() gives the same bytes for any order of the cells", () => {
  const cells = [cell(1, 1, "a"), cell(1, 2, 2), cell(3, 1, true), cell(2, 5, "b")];
  const sorted = [cells[0]!, cells[1]!, cells[3]!, cells[2]!];
  const shared = encodeWorkbook({ sheets: [sheet({ cells })] });
  expect(shared).toEqual(encodeWorkbook({ sheets: [sheet({ cells: sorted })] }));
});

test("workbookChunks() gives the file in parts: one per member of the archive, and its directory", () => {
  const layout = { sheets: [sheet({ cells: [cell(1, 1, "a")] }), sheet({ name: "Sheet2" })] };
  const chunks = [...workbookChunks(layout)];
  // two sheets, styles, theme, shared strings, workbook, two parts of relationships, content types, directory
  expect(chunks.length).toBe(10);
  expect(Buffer.concat(chunks)).toEqual(Buffer.from(encodeWorkbook(layout)));
});

const header = [cell(1, 1, "a"), cell(1, 2, "b")];
const range = { top: 1, left: 1, bottom: 3, right: 2 };
const refused: [why: string, sheets: SheetLayout[], message: RegExp][] = [
  ["no sheet", [], /needs a sheet/],
  ["hidden sheets only", [sheet({ hidden: true })], /not hidden/],
  ["a sheet name with a slash", [sheet({ name: "a/b" })], /"a\/b"/],
  ["a sheet name of 32 characters", [sheet({ name: "x".repeat(32) })], /1 to 31 characters/],
  ["two sheet names that differ in case", [sheet(), sheet({ name: "SHEET1" })], /"SHEET1" is there twice/],
  ["two cells at one place", [sheet({ cells: [cell(2, 3, 1), cell(2, 3, 2)] })], /row 2, column 3/],
  ["a cell below the last row", [sheet({ cells: [cell(1_048_577, 1, 1)] })], /off the sheet/],
  ["NaN", [sheet({ cells: [cell(1, 1, Number.NaN)] })], /NaN/],
  ["a date before March 1900", [sheet({ cells: [cell(1, 1, new Date("1900-02-28"))] })], /1900-02-28/],
  ["a text beyond Excel's limit", [sheet({ cells: [cell(1, 1, "x".repeat(32_768))] })], /row 1, column 1/],
  [
    "a merge of one cell",
    [sheet({ merges: [{ top: 1, left: 1, bottom: 1, right: 1 }] })],
    /A1:A1 is one cell/,
  ],
  [
    "overlapping merges",
    [sheet({ merges: [range, { top: 3, left: 2, bottom: 4, right: 2 }] })],
    /B3:B4 and A1:B3/,
  ],
  [
    "two notes on one cell",
    [sheet({ comments: [1, 2].map(() => ({ row: 1, column: 1, author: "a", text: "b" })) })],
    /two comments/,
  ],
  [
    "a note on a covered cell",
    [sheet({ merges: [range], comments: [{ row: 2, column: 2, author: "a", text: "b" }] })],
    /covered by a merge/,
  ],
  [
    "a table whose header says something else",
    [sheet({ cells: header, excelTables: [{ name: "T", range, columns: ["a", "c"] }] })],
    /says b where the column is c/,
  ],
  [
    "a table without data",
    [
      sheet({
        cells: header,
        excelTables: [{ name: "T", range: { ...range, bottom: 1 }, columns: ["a", "b"] }],
      }),
    ],
    /no row of data/,
  ],
  [
    "a table name with a space",
    [sheet({ cells: header, excelTables: [{ name: "my table", range, columns: ["a", "b"] }] })],
    /not a table name/,
  ],
];

for (const [why, sheets, message] of refused) {
  test(`encodeWorkbook() refuses ${why}`, () => {
    expect(() => encodeWorkbook({ sheets })).toThrow(message);
    expect(() => encodeWorkbook({ sheets })).toThrow(RangeError);
  });
}
