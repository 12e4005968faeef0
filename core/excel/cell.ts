/** Reads one cell of a sheet: its value, its text, its formula, its style. */

import { CellKind, FormulaKind } from "./cell-table.ts";
import { isoDateText, serialDateText } from "./date.ts";
import { shiftFormula } from "./shared-formula.ts";
import { COLUMN_FIELDS, ROW_FIELDS } from "./sheet-scanner.ts";
import type { CellStyle } from "./styles.ts";
import type { Sheet } from "./workbook.ts";

/**
 * The stored value of a cell. Dates are numbers with the style of a date; in strict workbooks they are text.
 */
export type CellValue =
  | { readonly type: "blank" }
  | { readonly type: "number"; readonly value: number }
  | { readonly type: "text"; readonly value: string }
  | { readonly type: "boolean"; readonly value: boolean }
  | { readonly type: "error"; readonly value: string }
  | { readonly type: "date"; readonly value: string };

/**
 * For each position in the first `height` rows and `width` columns: 1 + the index of its cell in
 * `sheet.cells`, or 0 if it has none. If the file has several cells for a position, the last one counts.
 *
 * @returns [height, width] row-major.
 */
export function locateCells(sheet: Sheet, height: number, width: number): Int32Array {
  const { rows, columns, length } = sheet.cells;
  const cells = new Int32Array(height * width);
  for (let cell = 0; cell < length; cell++) {
    const row = rows[cell]!;
    const column = columns[cell]!;
    if (row <= height && column <= width) cells[(row - 1) * width + column - 1] = cell + 1;
  }
  return cells;
}

/**
 * The value of a cell, or the cached result of its formula. `cell` is an index of
 * `sheet.cells`, here and below.
 */
export function cellValue(sheet: Sheet, cell: number): CellValue {
  const value = sheet.cells.values[cell]!;
  switch (sheet.cells.kind(cell)) {
    case CellKind.Blank:
      return { type: "blank" };
    case CellKind.Number:
      return { type: "number", value };
    case CellKind.Boolean:
      return { type: "boolean", value: value === 1 };
    case CellKind.SharedText:
      return { type: "text", value: sheet.strings.get(value) };
    case CellKind.Text:
      return { type: "text", value: sheet.texts.get(value) };
    case CellKind.Error:
      return { type: "error", value: sheet.texts.get(value) };
    case CellKind.IsoDate:
      return { type: "date", value: sheet.texts.get(value) };
  }
}

/** The style of a cell; style 0 if the workbook lacks the style that the cell names. */
export function cellStyle(sheet: Sheet, cell: number): CellStyle {
  return sheet.styles[sheet.cells.styles[cell]!] ?? sheet.styles[0]!;
}

/**
 * The text of a cell's value. Strings stay as they are, numbers get the shortest form that gives the same
 * number again, dates become `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM:SS`, booleans `TRUE` or `FALSE`, errors their
 * code. A formula has the text of its cached result, or else its expression without the `=`.
 */
export function cellText(sheet: Sheet, cell: number): string {
  const value = cellValue(sheet, cell);
  switch (value.type) {
    case "blank":
      return cellFormula(sheet, cell) ?? "";
    case "number":
      return numberText(value.value, cellStyle(sheet, cell).isDate, sheet.date1904);
    case "boolean":
      return value.value ? "TRUE" : "FALSE";
    case "date":
      return isoDateText(value.value) ?? value.value;
    default:
      return value.value;
  }
}

function numberText(value: number, isDate: boolean, date1904: boolean): string {
  const date = isDate ? serialDateText(value, date1904) : null;
  return date ?? String(value);
}

/**
 * The formula of a cell without `=`, shifted to the cell if it is shared; "" for data tables; null
 * without a formula.
 */
export function cellFormula(sheet: Sheet, cell: number): string | null {
  if (!sheet.cells.hasFormula(cell)) return null;
  const formula = sheet.formulas.find(cell);
  const text = sheet.formulas.text(formula);
  if (text >= 0) return sheet.texts.get(text);
  if (sheet.formulas.kind(formula) !== FormulaKind.Shared) return "";
  const master = sheet.formulas.master(formula);
  if (master < 0) return "";
  const from = sheet.formulas.cell(master);
  const { rows, columns } = sheet.cells;
  const expression = sheet.texts.get(sheet.formulas.text(master));
  return shiftFormula(expression, rows[cell]! - rows[from]!, columns[cell]! - columns[from]!);
}

/** Style indices of positions without a cell: the style of the row, else the style of the column, else 0. */
export class DefaultStyles {
  readonly #byRow = new Map<number, number>();
  readonly #byColumn: Int32Array;

  /** @param width The last column that `column` is called with. */
  constructor(sheet: Sheet, width: number) {
    const { rows, columns, styles } = sheet;
    for (let at = 0; at < rows.length; at += ROW_FIELDS) {
      const style = rows.at(at + 1);
      if (style >= 0 && style < styles.length) this.#byRow.set(rows.at(at), style);
    }
    this.#byColumn = new Int32Array(width);
    for (let at = 0; at < columns.length; at += COLUMN_FIELDS) {
      const style = columns.at(at + 2);
      if (style < 0 || style >= styles.length) continue;
      const last = Math.min(width, columns.at(at + 1));
      this.#byColumn.fill(style, columns.at(at) - 1, last);
    }
  }

  /** The style of a row, or −1 if it has none. */
  row(row: number): number {
    return this.#byRow.get(row) ?? -1;
  }

  /** The style of a column, or 0 if it has none. */
  column(column: number): number {
    return this.#byColumn[column - 1]!;
  }
}
