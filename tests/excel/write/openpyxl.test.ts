/** Tests written workbooks against openpyxl. */

import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { columnName, formatRange } from "../../../core/base/range.ts";
import { excelSerial } from "../../../core/excel/write/sheet-xml.ts";
import type {
  CellLayout,
  Color,
  FormulaValue,
  SheetLayout,
  WorkbookLayout,
} from "../../../core/excel/write/workbook-layout.ts";
import { encodeWorkbook } from "../../../core/excel/write/write-workbook.ts";
import { skipped } from "../../support/skipped.ts";
import { sharedFolder } from "../../support/temporary-folder.ts";
import { isCovered, workbooks } from "./arbitrary-layout.ts";

const PYTHON = "/usr/bin/python3";
const hasOpenpyxl = Bun.spawnSync([PYTHON, "-c", "import openpyxl"], { stderr: "ignore" }).success;
if (!hasOpenpyxl)
  skipped("tests of what openpyxl reads of our workbooks", "no openpyxl for /usr/bin/python3");

const folder = sharedFolder("excel-write").path;

// biome-ignore lint/suspicious/noExplicitAny: JSON made by the script beside this file
type Found = any;

function readBack(layouts: readonly WorkbookLayout[], strings: "shared" | "inline"): Found[] {
  const paths = layouts.map((layout, at) => {
    const path = join(folder, `${strings}-${at}.xlsx`);
    writeFileSync(path, encodeWorkbook(layout, { strings }));
    return path;
  });
  const script = join(import.meta.dir, "read_back.py");
  const { success, stdout, stderr } = Bun.spawnSync([PYTHON, "-W", "error", script, ...paths]);
  if (!success) throw new Error(stderr.toString());
  return stdout
    .toString()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

for (const strings of ["shared", "inline"] as const) {
  test.skipIf(!hasOpenpyxl)(`openpyxl reads back what was written, texts ${strings}`, () => {
    const layouts = fc.sample(workbooks, { numRuns: 25, seed: 7 });
    const found = readBack(layouts, strings);
    for (const [at, layout] of layouts.entries()) {
      for (const [index, sheet] of layout.sheets.entries())
        compareSheet(sheet, found[at].sheets[index], strings);
    }
  });
}

function compareSheet(sheet: SheetLayout, found: Found, strings: "shared" | "inline"): void {
  expect(found.name).toBe(sheet.name);
  expect(found.state).toBe(sheet.hidden ? "hidden" : "visible");
  expect(found.protected).toBe(sheet.isProtected);
  expect(found.gridLines).toBe(sheet.gridLines);
  expect(found.merges).toEqual(sheet.merges!.map(formatRange).sort());
  expect(found.hiddenRows).toEqual(sheet.hiddenRows!.toSorted((a, b) => a - b));
  expect(found.hiddenColumns).toEqual(sheet.hiddenColumns!.map(columnName).sort());
  expect(found.tables).toEqual(
    sheet.excelTables!.map(({ name, range, columns, hasHeader, hasTotals }) => ({
      name,
      ref: formatRange(range),
      header: hasHeader ? 1 : 0,
      totals: hasTotals ? 1 : 0,
      columns: columns.map((column) => openpyxlText(column, "inline")),
    })),
  );
  // openpyxl drops the values of merged cells but the first, as Excel does when it merges.
  for (const cell of sheet.cells) {
    const place = `${columnName(cell.column)}${cell.row}`;
    if (!isCovered(sheet.merges!, cell)) compareCell(cell, found.cells[place], found.cached[place], strings);
  }
  for (const comment of sheet.comments!) {
    const got = found.cells[`${columnName(comment.column)}${comment.row}`].comment;
    const text = openpyxlText(comment.text, "inline");
    expect(got).toEqual({ text, author: comment.author });
  }
}

function compareCell(cell: CellLayout, got: Found, cached: Found, strings: "shared" | "inline"): void {
  compareValue(cell, got, cached, strings);
  compareStyle(cell, got);
}

function compareValue(
  { value, style = {} }: CellLayout,
  got: Found,
  cached: Found,
  strings: "shared" | "inline",
): void {
  if (value === null || value === "") expect(got.value ?? "").toBe("");
  else if (typeof value === "string") {
    expect(got.value).toBe(openpyxlText(value, strings));
    // It takes texts that look like formulas or errors for such, whatever the cell says.
    if (!/^[=#]/.test(value)) expect(got.type).toBe("s");
  } else if (value instanceof Date) {
    if (/[ymd]{2}/.test(style.numberFormat ?? "yyyy-mm-dd"))
      expect(new Date(`${got.value.date ?? got.value.time}Z`)).toEqual(value);
    else expect(got.value).toBeCloseTo(excelSerial(value), 6);
  } else if (typeof value === "object" && "error" in value) {
    expect([got.type, got.value]).toEqual(["e", value.error]);
  } else if (typeof value === "object") {
    expect([got.type, got.value]).toEqual(["f", `=${value.formula}`]);
    compareCached(value.cached, cached);
  } else expect(got.value).toBe(value);
}

/** Compares the result of a formula that the file keeps. */
function compareCached(result: FormulaValue["cached"], cached: Found): void {
  if (typeof result === "string") expect(cached ?? "").toBe(openpyxlText(result, "inline"));
  else if (typeof result === "object" && result !== null) expect(cached).toBe(result.error);
  else expect(cached).toEqual(result);
}

function compareStyle({ value, style = {} }: CellLayout, got: Found): void {
  if (!(value instanceof Date)) expect(got.format).toBe(style.numberFormat ?? "General");
  const {
    name = "Calibri",
    size = 11,
    bold = false,
    italic = false,
    strike = false,
    underline = false,
  } = style.font ?? {};
  expect(got.font).toEqual({
    name,
    size,
    bold,
    italic,
    strike,
    underline,
    color: asFound(style.font?.color),
  });
  const { pattern = "none", foreground, background } = style.fill ?? {};
  expect(got.fill.pattern ?? "none").toBe(pattern);
  if (foreground) expect(got.fill.foreground).toEqual(asFound(foreground));
  if (background) expect(got.fill.background).toEqual(asFound(background));
  const { left = null, right = null, top = null, bottom = null } = style.border ?? {};
  expect(got.border).toEqual([left, right, top, bottom]);
  expect([got.locked, got.hidden]).toEqual([
    style.protection?.locked ?? true,
    style.protection?.hidden ?? false,
  ]);
}

function asFound(color: Color | undefined): object | null {
  if (color === undefined) return null;
  return "theme" in color ? { theme: color.theme, tint: color.tint ?? 0 } : color;
}

/**
 * openpyxl leaves Excel's escapes as they stand in the file (`_x0001_`); that of the underscore it undoes in
 * shared strings alone.
 */
function openpyxlText(text: string, place: "shared" | "inline"): string {
  const escaped = place === "shared" ? text : text.replaceAll(/_(?=x[0-9a-fA-F]{4}_)/g, "_x005F_");
  return escaped.replaceAll(
    CONTROL,
    (character) => `_x${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}_`,
  );
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL = /[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/g;
