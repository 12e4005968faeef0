/** Tests cells and layouts of odd sheets: the last cell, merged over everything, rows out of order. */

import { expect, test } from "bun:test";
import { MAX_COLUMN, MAX_ROW } from "../../core/base/range.ts";
import { CellKind, CellTable, IntegerList } from "../../core/excel/cell-table.ts";
import { readWorkbook } from "../../core/excel/read-workbook.ts";
import type { CellLayout, SheetLayout } from "../../core/excel/write/workbook-layout.ts";
import { encodeWorkbook } from "../../core/excel/write/write-workbook.ts";
import { cellBlock } from "../../core/labelling/cell-block.ts";
import { OpenSheets } from "../../core/labelling/open-sheets.ts";
import { sheetLayout } from "../../core/labelling/sheet-layout.ts";
import { SheetRows } from "../../core/labelling/sheet-rows.ts";
import { filledSheet } from "../support/dataset-folder.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

async function openedSheet(layout: Omit<SheetLayout, "name">) {
  const bytes = encodeWorkbook({ sheets: [{ name: "S", ...layout }] });
  const sheet = (await readWorkbook({ name: "a.xlsx", bytes })).sheets[0]!;
  return { sheet, rows: new SheetRows(sheet) };
}

test("a sheet that uses its last cell is laid out in a few numbers, and its corners can be read", async () => {
  const cells: CellLayout[] = [
    { row: 1, column: 1, value: "first" },
    { row: MAX_ROW, column: MAX_COLUMN, value: "last" },
  ];
  const open = await openedSheet({ cells });
  const layout = sheetLayout(open.sheet);
  expect(layout).toMatchObject({ rows: MAX_ROW, cols: MAX_COLUMN });
  expect([layout.widths, layout.heights]).toEqual([
    [MAX_COLUMN, 64],
    [MAX_ROW, 20],
  ]);
  const corner = cellBlock(open, { top: MAX_ROW, left: MAX_COLUMN, rows: 1, cols: 1 });
  expect(corner.cells).toEqual([[{ text: "last" }]]);
});

test("a sheet that is merged over everything, and one with ten thousand merged ranges, are laid out", async () => {
  const whole = { top: 1, left: 1, bottom: MAX_ROW, right: MAX_COLUMN };
  const open = await openedSheet({ cells: [{ row: 1, column: 1, value: "all" }], merges: [whole] });
  expect(sheetLayout(open.sheet).merges).toEqual([`A1:XFD${MAX_ROW}`]);
  const merges = new IntegerList();
  for (let at = 0; at < 10_000; at++) for (const edge of [2 * at + 1, 1, 2 * at + 2, 2]) merges.push(edge);
  const many = sheetLayout({ ...open.sheet, merges });
  expect([many.merges.length, many.merges.at(-1), many.truncated]).toEqual([10_000, "A19999:B20000", false]);
});

test("rows out of order give the same cells as rows in order", () => {
  const cells = new CellTable();
  for (const row of [5, 2, 9, 2, 7]) cells.push(row, 1, 0, CellKind.Number, false, row, 0);
  const visited: number[] = [];
  new SheetRows({ cells }).each(2, 7, (cell) => visited.push(cell));
  expect(visited).toEqual([1, 3, 0, 4]);
});

test("a style of a whole row or column shows where no cell is", async () => {
  const fill = { pattern: "solid", foreground: { rgb: "FF00FF00" } } as const;
  const open = await openedSheet({ cells: [{ row: 2, column: 2, value: null, style: { fill } }] });
  const { cells } = cellBlock(open, { top: 1, left: 1, rows: 2, cols: 2 });
  expect(cells).toEqual([
    [null, null],
    [null, { text: "", fill: "#00ff00" }],
  ]);
});

test("a font size comes with its cell, and raises rows that have no height of their own", async () => {
  const cells = [8, 11, 24, 24, 24].map((size, at): CellLayout => {
    return { row: at + 1, column: 2, value: "x", style: { font: { size } } };
  });
  const rowHeights = new Map([[4, 15]]);
  const open = await openedSheet({ cells, rowHeights, hiddenRows: [5] });
  const block = cellBlock(open, { top: 1, left: 2, rows: 3, cols: 1 });
  expect(block.cells.flat()).toEqual([{ text: "x", size: 8 }, { text: "x" }, { text: "x", size: 24 }]);
  // 24 points of Calibri take 31.5 points, which are 42 pixels.
  expect(sheetLayout(open.sheet).heights.slice(0, 8)).toEqual([2, 20, 1, 42, 1, 20, 1, 0]);
});

test("sheets are forgotten once they take too much memory, and read again when their file has changed", async () => {
  using folder = temporaryFolder("open-sheets");
  const write = (name: string, rows: number) =>
    folder.write(name, encodeWorkbook({ sheets: [filledSheet("S", rows, 3)] }));
  for (const name of ["a.xlsx", "b.xlsx", "c.xlsx"]) write(name, 4);
  const sheets = new OpenSheets(150_000);
  const first = await sheets.get(folder.join("a.xlsx"), "S");
  expect(await sheets.get(folder.join("a.xlsx"), "S")).toBe(first);
  for (const name of ["b.xlsx", "c.xlsx"]) await sheets.get(folder.join(name), "S");
  expect(sheets.bytes).toBeLessThanOrEqual(150_000);
  expect(await sheets.get(folder.join("a.xlsx"), "S")).not.toBe(first);
  write("a.xlsx", 9);
  expect((await sheets.get(folder.join("a.xlsx"), "S")).sheet.height).toBe(9);
  expect(sheets.get(folder.join("a.xlsx"), "T")).rejects.toThrow('no sheet "T" any more');
});
