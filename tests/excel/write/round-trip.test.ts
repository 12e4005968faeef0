/** Tests that written workbooks read back as they were laid out. */

import { expect, test } from "bun:test";
import fc from "fast-check";
import { formatRange } from "../../../core/base/range.ts";
import { cellFormula, cellStyle, cellValue, locateCells } from "../../../core/excel/cell.ts";
import type { Color as FoundColor } from "../../../core/excel/color.ts";
import { readWorkbook } from "../../../core/excel/read-workbook.ts";
import type { Sheet } from "../../../core/excel/workbook.ts";
import { excelSerial } from "../../../core/excel/write/sheet-xml.ts";
import type { CellStyle, CellValue, Color, SheetLayout } from "../../../core/excel/write/workbook-layout.ts";
import { encodeWorkbook } from "../../../core/excel/write/write-workbook.ts";
import { workbooks } from "./arbitrary-layout.ts";

for (const strings of ["shared", "inline"] as const) {
  test(`readWorkbook() gives back every value, style, merge, table and note that was written, texts ${strings}`, async () => {
    await fc.assert(
      fc.asyncProperty(workbooks, async (layout) => {
        const bytes = encodeWorkbook(layout, { strings });
        const { sheets } = await readWorkbook({ name: "written.xlsx", bytes });
        expect(sheets.map((sheet) => sheet.name)).toEqual(layout.sheets.map((sheet) => sheet.name));
        for (const [at, sheet] of layout.sheets.entries()) compareSheet(sheet, sheets[at]!);
      }),
      { numRuns: 60 },
    );
  });
}

function compareSheet(sheet: SheetLayout, found: Sheet): void {
  expect(found.state).toBe(sheet.hidden ? "hidden" : "visible");
  const merges: string[] = [];
  for (let at = 0; at < found.merges.length; at += 4) {
    const [top, left, bottom, right] = [0, 1, 2, 3].map((field) => found.merges.at(at + field)) as number[];
    merges.push(formatRange({ top: top!, left: left!, bottom: bottom!, right: right! }));
  }
  expect(merges).toEqual(sheet.merges!.map(formatRange));
  expect(found.tables.map(({ range }) => formatRange(range))).toEqual(
    sheet.excelTables!.map(({ range }) => formatRange(range)),
  );
  expect(found.comments.map(({ row, column }) => row * 100 + column).toSorted()).toEqual(
    sheet.comments!.map(({ row, column }) => row * 100 + column).toSorted(),
  );

  const height = Math.max(0, ...sheet.cells.map(({ row }) => row));
  const width = Math.max(0, ...sheet.cells.map(({ column }) => column));
  const places = locateCells(found, height, width);
  for (const { row, column, value, style = {} } of sheet.cells) {
    const cell = places[(row - 1) * width + column - 1]! - 1;
    if (cell < 0) {
      expect(value).toBe(null); // nothing to read in a cell without value and style
      continue;
    }
    const formula = value !== null && typeof value === "object" && "formula" in value ? value.formula : null;
    expect(cellFormula(found, cell)).toBe(formula);
    expect(cellValue(found, cell)).toEqual(asFound(value));
    compareStyle(style, value, cellStyle(found, cell));
  }
}

function asFound(value: CellValue): ReturnType<typeof cellValue> {
  if (value === null) return { type: "blank" };
  if (typeof value === "number") return { type: "number", value };
  if (typeof value === "string") return { type: "text", value };
  if (typeof value === "boolean") return { type: "boolean", value };
  if (value instanceof Date) return { type: "number", value: excelSerial(value) };
  if ("error" in value) return { type: "error", value: value.error };
  return asFound(value.cached);
}

function compareStyle(style: CellStyle, value: CellValue, found: ReturnType<typeof cellStyle>): void {
  const format = style.numberFormat ?? (value instanceof Date ? "yyyy-mm-dd" : "General");
  expect(found.numberFormat).toBe(format);
  const {
    name = "Calibri",
    size = 11,
    bold = false,
    strike = false,
    italic = false,
    color,
  } = style.font ?? {};
  expect(found.font).toEqual({ name, size, bold, strike, italic, color: colorAsFound(color) });
  const { pattern = "none", foreground, background } = style.fill ?? {};
  expect(found.fill).toEqual({
    pattern,
    foreground: colorAsFound(foreground),
    background: colorAsFound(background),
  });
  const { left = null, right = null, top = null, bottom = null } = style.border ?? {};
  expect(found.border).toEqual({ left, right, top, bottom });
  const { horizontal = null, indent = 0, wrap = false } = style.alignment ?? {};
  expect(found.alignment).toEqual({ horizontal, indent, wrap });
  expect(found.locked).toBe(style.protection?.locked ?? true);
  expect(found.hidden).toBe(style.protection?.hidden ?? false);
}

function colorAsFound(color: Color | undefined): FoundColor | null {
  if (color === undefined) return null;
  if ("rgb" in color) return { kind: "rgb", value: Number.parseInt(color.rgb, 16), tint: 0 };
  if ("indexed" in color) return { kind: "indexed", value: color.indexed, tint: 0 };
  return { kind: "theme", value: color.theme, tint: color.tint ?? 0 };
}
