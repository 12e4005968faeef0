/** Looking at one cell of a sheet: its value, its text, its formula, its style. */

import { columnName } from "../base/range.ts";
import { CellKind, FormulaKind } from "./cell-table.ts";
import { isoDateText, serialDateText } from "./date.ts";
import { shiftFormula } from "./shared-formula.ts";
import { COLUMN_FIELDS, ROW_FIELDS } from "./sheet-scanner.ts";
import type { CellStyle } from "./styles.ts";
import type { Sheet } from "./workbook.ts";

/** A cell's value as stored. Dates are numbers (their style says that they are dates), but in strict workbooks text. */
export type CellValue =
  | { readonly type: "blank" }
  | { readonly type: "number"; readonly value: number }
  | { readonly type: "text"; readonly value: string }
  | { readonly type: "boolean"; readonly value: boolean }
  | { readonly type: "error"; readonly value: string }
  | { readonly type: "date"; readonly value: string };

/**
 * For each position of the first `height` rows and `width` columns, 1 + the index of its cell in `sheet.cells`, or 0.
 * Of cells that stand twice in the file the last one counts.
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

/** `B7`. */
export function cellAddress(sheet: Sheet, cell: number): string {
  return `${columnName(sheet.cells.columns[cell]!)}${sheet.cells.rows[cell]}`;
}

/** A cell's value; a formula's is its cached result. `cell` is an index into `sheet.cells`, here and below. */
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

/** The style of a cell; that of index 0 where the workbook lacks the one the cell names. */
export function cellStyle(sheet: Sheet, cell: number): CellStyle {
  return sheet.styles[sheet.cells.styles[cell]!] ?? sheet.styles[0]!;
}

/**
 * The text of a cell's value: strings as they are, numbers in the shortest form that reads back the same, dates as
 * `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM:SS`, `TRUE` or `FALSE`, errors by their code; a formula by its cached result if there
 * is one, else by its expression (without the `=`).
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

/** A cell's formula without `=`, shifted to the cell where it is shared; "" for data tables; null without formula. */
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

/** The style index of positions without a cell of their own: that of their row, else of their column, else 0. */
export class DefaultStyles {
  readonly #byRow = new Map<number, number>();
  readonly #byColumn: Int32Array;

  /** @param width How many columns will be asked for. */
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

  /** The style that a row gives, or −1. */
  row(row: number): number {
    return this.#byRow.get(row) ?? -1;
  }

  /** The style that a column gives, or 0. */
  column(column: number): number {
    return this.#byColumn[column - 1]!;
  }
}
