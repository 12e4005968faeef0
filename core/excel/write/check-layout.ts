/** Checks workbook layouts before they are written. */

import { containsCell, formatRange, MAX_COLUMN, MAX_ROW, overlaps, type Range } from "../../base/range.ts";
import type { CellLayout, CellValue, SheetLayout, WorkbookLayout } from "./workbook-layout.ts";

/** The most characters of a text in a cell of Excel. */
const MAX_TEXT = 32_767;

/**
 * Refuses everything that would make Excel call the file damaged: invalid or repeated names, repeated cells,
 * cells off the sheet, numbers that are not finite, overlapping merges, Excel tables whose columns differ
 * from their header, and pivot tables whose range does not fit their items.
 *
 * @throws {RangeError} Names the sheet, the cell and the rule.
 */
export function checkLayout({ sheets }: WorkbookLayout): void {
  must(sheets.length > 0, "A workbook needs a sheet");
  must(
    sheets.some((sheet) => !sheet.hidden),
    "A workbook needs a sheet that is not hidden",
  );
  const sheetNames = new Set<string>();
  const tableNames = new Set<string>();
  for (const sheet of sheets) {
    const { name } = sheet;
    const isValid = /^[^[\]:*?/\\]{1,31}$/.test(name) && !name.startsWith("'") && !name.endsWith("'");
    must(
      isValid,
      `Sheet name ${JSON.stringify(name)}: 1 to 31 characters without [ ] : * ? / \\ and without an apostrophe at its ends`,
    );
    must(!sheetNames.has(name.toLowerCase()), `Sheet name ${JSON.stringify(name)} is there twice`);
    sheetNames.add(name.toLowerCase());
    const cells = checkCells(sheet);
    checkMerges(sheet);
    checkExcelTables(sheet, cells, tableNames);
    checkPivotTables(sheet);
    const commented = new Set<number>();
    for (const { row, column } of sheet.comments ?? []) {
      must(isOnSheet(row, column), `${name}: a comment at row ${row}, column ${column} is off the sheet`);
      must(!commented.has(key(row, column)), `${name}: two comments at row ${row}, column ${column}`);
      commented.add(key(row, column));
      const isCovered = (sheet.merges ?? []).some(
        (merge) => containsCell(merge, row, column) && (row !== merge.top || column !== merge.left),
      );
      must(!isCovered, `${name}: a comment at row ${row}, column ${column}, covered by a merge`);
    }
  }
}

function checkCells({ name, cells }: SheetLayout): Map<number, CellLayout> {
  const byPlace = new Map<number, CellLayout>();
  for (const cell of cells) {
    const { row, column, value } = cell;
    // This is the only loop over all cells, so messages are made only when they are needed.
    if (!isOnSheet(row, column)) refuse(`${name}: a cell at row ${row}, column ${column} is off the sheet`);
    if (byPlace.has(key(row, column))) refuse(`${name}: two cells at row ${row}, column ${column}`);
    byPlace.set(key(row, column), cell);
    if (!canBeWritten(value)) {
      const text = typeof value === "number" ? value : JSON.stringify(value).slice(0, 40);
      refuse(
        `${name}, row ${row}, column ${column}: ${text} is no number, date, formula or text that Excel can hold`,
      );
    }
  }
  return byPlace;
}

function canBeWritten(value: CellValue): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value === "string") return value.length <= MAX_TEXT;
  // Earlier serials are a day off in Excel.
  if (value instanceof Date) return value.getTime() >= Date.UTC(1900, 2, 1);
  if (value !== null && typeof value === "object" && "formula" in value) {
    return value.formula.length > 0 && (typeof value.cached !== "number" || Number.isFinite(value.cached));
  }
  return true;
}

function checkMerges({ name, merges = [] }: SheetLayout): void {
  for (const [i, merge] of merges.entries()) {
    must(isRange(merge), `${name}: the merge ${formatRange(merge)} is off the sheet or upside down`);
    must(
      merge.top < merge.bottom || merge.left < merge.right,
      `${name}: the merge ${formatRange(merge)} is one cell`,
    );
    for (let j = 0; j < i; j++) {
      const other = merges[j]!;
      must(!overlaps(merge, other), `${name}: ${formatRange(merge)} and ${formatRange(other)} overlap`);
    }
  }
}

function checkExcelTables(sheet: SheetLayout, cells: Map<number, CellLayout>, names: Set<string>): void {
  for (const [i, table] of (sheet.excelTables ?? []).entries()) {
    const { name, range, columns, hasHeader = true, hasTotals = false } = table;
    const place = `${sheet.name}, Excel table ${name}`;
    must(/^[\p{L}_][\p{L}\p{N}_.]{0,254}$/u.test(name), `${place}: not a table name`);
    must(!names.has(name.toLowerCase()), `${place}: the name is there twice`);
    names.add(name.toLowerCase());
    must(isRange(range), `${place}: ${formatRange(range)} is off the sheet or upside down`);
    const rows = range.bottom - range.top + 1 - (hasHeader ? 1 : 0) - (hasTotals ? 1 : 0);
    must(rows >= 1, `${place}: no row of data`);
    must(columns.length === range.right - range.left + 1, `${place}: ${columns.length} columns`);
    must(
      new Set(columns.map((column) => column.toLowerCase())).size === columns.length,
      `${place}: a column's name is there twice`,
    );
    for (const [at, column] of columns.entries()) {
      must(column !== "", `${place}: a column without a name`);
      if (!hasHeader) continue;
      const value = cells.get(key(range.top, range.left + at))?.value;
      must(value === column, `${place}: the header says ${String(value)} where the column is ${column}`);
    }
    const others = [
      ...(sheet.excelTables ?? []).slice(0, i).map((other) => other.range),
      ...(sheet.merges ?? []),
    ];
    for (const other of others) must(!overlaps(range, other), `${place}: overlaps ${formatRange(other)}`);
  }
}

function checkPivotTables({ name: sheetName, pivotTables = [] }: SheetLayout): void {
  const names = new Set<string>();
  for (const { name, range, items, values, totalCaption, rowField } of pivotTables) {
    const place = `${sheetName}, pivot table ${name}`;
    must(name !== "" && !names.has(name.toLowerCase()), `${place}: no name, or one that is there twice`);
    names.add(name.toLowerCase());
    must(isRange(range), `${place}: ${formatRange(range)} is off the sheet or upside down`);
    must(items.length > 0 && values.length > 0, `${place}: no items or no values`);
    must(isDistinct(items), `${place}: an item is there twice`);
    const fields = [rowField, ...values.map(({ field }) => field)];
    must(isDistinct(fields), `${place}: a field is there twice`);
    // Excel refuses a caption that is the name of a field.
    must(
      isDistinct([...fields, ...values.map(({ caption }) => caption)]),
      `${place}: a caption is there twice`,
    );
    const rows = 1 + items.length + (totalCaption === null ? 0 : 1);
    must(range.bottom - range.top + 1 === rows, `${place}: ${formatRange(range)} has not ${rows} rows`);
    must(range.right - range.left === values.length, `${place}: ${formatRange(range)} has other columns`);
    must(
      values.every(({ amounts }) => amounts.length === items.length),
      `${place}: a value has not an amount for each item`,
    );
  }
}

function isDistinct(texts: readonly string[]): boolean {
  return new Set(texts.map((text) => text.toLowerCase())).size === texts.length;
}

function must(holds: boolean, message: string): void {
  if (!holds) refuse(message);
}

function refuse(message: string): never {
  throw new RangeError(`Cannot write the workbook: ${message}`);
}

/** A number that stands for a position on a sheet. */
function key(row: number, column: number): number {
  return row * (MAX_COLUMN + 1) + column;
}

function isOnSheet(row: number, column: number): boolean {
  return (
    Number.isInteger(row) &&
    Number.isInteger(column) &&
    row >= 1 &&
    row <= MAX_ROW &&
    column >= 1 &&
    column <= MAX_COLUMN
  );
}

function isRange({ top, left, bottom, right }: Range): boolean {
  return isOnSheet(top, left) && isOnSheet(bottom, right) && top <= bottom && left <= right;
}
