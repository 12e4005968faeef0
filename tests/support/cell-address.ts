/** The address of a cell that was read, for tests that compare cells by place. */

import { columnName } from "../../core/base/range.ts";
import type { Sheet } from "../../core/excel/workbook.ts";

/** `B7`. `cell` is an index into `sheet.cells`. */
export function cellAddress(sheet: Sheet, cell: number): string {
  return `${columnName(sheet.cells.columns[cell]!)}${sheet.cells.rows[cell]}`;
}
