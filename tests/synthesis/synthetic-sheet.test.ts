/** Tests that synthetic sheets have the grid of the written file, and that a seed gives the same ones. */

import { expect, test } from "bun:test";
import { readWorkbook } from "../../core/excel/read-workbook.ts";
import { encodeWorkbook } from "../../core/excel/write/write-workbook.ts";
import { featuriseSheet } from "../../core/features/featurise.ts";
import { layoutGrid } from "../../core/features/layout-grid.ts";
import { syntheticSheet, syntheticSheetLayout } from "../../core/synthesis/synthetic-sheet.ts";

const SHEETS = 150;

test("syntheticSheet() gives the grid that the written workbook gives when it is read back, bit for bit", async () => {
  for (let index = 0; index < SHEETS; index++) {
    const { layout, ranges } = syntheticSheetLayout(5, index);
    const bytes = encodeWorkbook({ sheets: [layout] });
    const { sheets } = await readWorkbook({ name: "sheet.xlsx", bytes });
    const { grid } = featuriseSheet(sheets[0]!, "sheet.xlsx", { maxRows: 100_000, maxCols: 16_384 });
    expect(syntheticSheet(5, index)).toEqual({ grid: grid!, ranges });
  }
});

test("syntheticSheet() gives the same sheet for the same seed and number, another one for another", () => {
  expect(syntheticSheet(5, 3)).toEqual(syntheticSheet(5, 3));
  expect(syntheticSheet(5, 3)).not.toEqual(syntheticSheet(5, 4));
  expect(syntheticSheet(5, 3)).not.toEqual(syntheticSheet(6, 3));
});

test("syntheticSheet() keeps its ranges inside the grid", () => {
  for (let index = 0; index < 400; index++) {
    const { grid, ranges } = syntheticSheet(9, index);
    for (const { top, left, bottom, right } of ranges) {
      expect([top >= 1, left >= 1, bottom <= grid.height, right <= grid.width]).toEqual([
        true,
        true,
        true,
        true,
      ]);
    }
  }
});

test("layoutGrid() measures texts, dates, errors, formulas and covered cells as the reader of files does", async () => {
  const value = (
    row: number,
    column: number,
    value: Parameters<typeof layoutGrid>[0]["cells"][number]["value"],
  ) => ({
    row,
    column,
    value,
  });
  const layout = {
    name: "Mixed",
    cells: [
      value(1, 1, "日本語の表"),
      value(1, 2, "a\u00a0b\u3000c 😀 12"),
      value(1, 3, { error: "#DIV/0!" as const }),
      value(1, 4, new Date(Date.UTC(2024, 1, 3, 4, 5, 6))),
      { ...value(2, 1, 0.5), style: { numberFormat: "hh:mm" } },
      { ...value(2, 2, -1234.5678), style: { font: { size: 20, strike: true, color: { rgb: "FFFF0000" } } } },
      { ...value(2, 3, 1e-7), style: { fill: { pattern: "lightUp" as const, background: { indexed: 13 } } } },
      { ...value(2, 4, true), style: { protection: { locked: false, hidden: true } } },
      value(3, 1, { formula: 'IF(1=1,"","x")', cached: "" }),
      value(3, 2, { formula: "A1+1", cached: null }),
      value(3, 3, { formula: "NOW()", cached: 45000.25 }),
      { ...value(4, 2, "merged"), style: { font: { bold: true }, border: { left: "thin" as const } } },
      value(4, 3, "never seen"),
      { ...value(5, 1, 45000), style: { numberFormat: "d-mmm-yy" } },
      { ...value(5, 2, 12), style: { font: { size: 6, color: { theme: 4, tint: 0.4 } } } },
    ],
    merges: [{ top: 4, left: 2, bottom: 4, right: 5 }],
    comments: [{ row: 7, column: 2, author: "A", text: "note" }],
  };
  const { sheets } = await readWorkbook({ name: "m.xlsx", bytes: encodeWorkbook({ sheets: [layout] }) });
  const { grid } = featuriseSheet(sheets[0]!, "m.xlsx", { maxRows: 1000, maxCols: 1000 });
  expect(layoutGrid(layout)).toEqual(grid);
});
