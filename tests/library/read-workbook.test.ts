/** Tests the cells of a workbook as other programs get them. */

import { expect, test } from "bun:test";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { encodeWorkbook } from "../../core/excel/write/write-workbook.ts";
import { readWorkbook, UserError, WorkbookError } from "../../core/library/library.ts";

const SAMPLE = join(PROJECT_ROOT, "docs/samples/budget.xlsx");

test("values() gives typed contents, dates as ISO text, and null for empty cells", async () => {
  const cells = [
    { row: 1, column: 1, value: "text" },
    { row: 1, column: 2, value: 1.5 },
    { row: 1, column: 3, value: true },
    { row: 2, column: 2, value: 45_000, style: { numberFormat: "yyyy-mm-dd" } },
  ];
  const workbook = await readWorkbook(encodeWorkbook({ sheets: [{ name: "Data", cells }] }));
  const sheet = workbook.sheet("Data");
  expect(sheet.values()).toEqual([
    ["text", 1.5, true],
    [null, "2023-03-15", null],
  ]);
  expect(sheet.values("B2:C3")).toEqual([
    ["2023-03-15", null],
    [null, null],
  ]);
  expect([sheet.rows, sheet.columns, sheet.hidden]).toEqual([2, 3, false]);
});

test("table() separates the header, names every column, and fills merged cells or not", async () => {
  const cells = [
    { row: 1, column: 1, value: "Item" },
    { row: 1, column: 2, value: "Price" },
    { row: 2, column: 1, value: "chair" },
    { row: 2, column: 2, value: 3 },
    { row: 3, column: 2, value: 4 },
  ];
  const merges = [{ top: 2, left: 1, bottom: 3, right: 1 }];
  const workbook = await readWorkbook(encodeWorkbook({ sheets: [{ name: "Data", cells, merges }] }));
  const sheet = workbook.sheet("Data");
  expect(sheet.merged).toEqual(["A2:A3"]);
  expect(sheet.table("A1:B3")).toMatchObject({
    headerRows: 1,
    names: ["Item", "Price"],
    rows: [
      ["chair", 3],
      ["chair", 4],
    ],
  });
  expect(sheet.table("A1:B3", { merged: "first" }).rows).toEqual([
    ["chair", 3],
    [null, 4],
  ]);
});

test("a sheet, a range or a workbook that is none is refused, and so is more than memory holds", async () => {
  const workbook = await readWorkbook(SAMPLE);
  expect(workbook.sheets.map(({ name }) => name)).toEqual(["Budget", "Staff"]);
  expect(() => workbook.sheet("budget")).toThrow('expected  one of "Budget", "Staff"');
  const sheet = workbook.sheet("Budget");
  expect(() => sheet.values("B4")).not.toThrow();
  expect(() => sheet.values("4B")).toThrow(UserError);
  expect(() => sheet.values("A1:XFD1048576")).toThrow("at most 16777216 cells at once");
  expect(() => sheet.table("A1:XFD1048576")).toThrow(UserError);
  expect(() => sheet.table("A1:B2", { merged: "none" } as never)).toThrow("expected  one of fill, first");
  for (const limits of [0, 65, 1.5, "2"]) {
    await expect(readWorkbook(SAMPLE, { limits } as never)).rejects.toThrow("a whole number from 1 to 64");
  }
  const error = await readWorkbook(Buffer.from("no\u0000")).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(WorkbookError);
});

test("reading ends with the signal's reason", async () => {
  const stop = new AbortController();
  stop.abort(new Error("enough"));
  const error = await readWorkbook(SAMPLE, { signal: stop.signal }).catch((caught: unknown) => caught);
  expect(error).toEqual(new Error("enough"));
});
