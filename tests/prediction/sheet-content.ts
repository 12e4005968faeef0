/** A workbook as plain values, for comparing two of them. */

import { cellFormula, cellStyle, cellText, cellValue } from "../../core/excel/cell.ts";
import type { IntegerList } from "../../core/excel/cell-table.ts";
import { readWorkbook } from "../../core/excel/read-workbook.ts";
import type { Sheet } from "../../core/excel/workbook.ts";
import { cellAddress } from "../support/cell-address.ts";

/** All that the reader knows of a workbook's sheets. */
export async function workbookContent(
  source: string | { name: string; bytes: Uint8Array },
): Promise<unknown> {
  return (await readWorkbook(source)).sheets.map(sheetContent);
}

function sheetContent(sheet: Sheet): unknown {
  const { name, state, tables, comments, pivots, height, width, rows, columns, merges } = sheet;
  const cells = Array.from({ length: sheet.cells.length }, (_, cell) => [
    cellAddress(sheet, cell),
    cellText(sheet, cell),
    cellValue(sheet, cell),
    cellFormula(sheet, cell),
    cellStyle(sheet, cell),
  ]);
  const lists = [rows, columns, merges].map(numbers);
  return { name, state, tables, comments, pivots, height, width, lists, cells };
}

function numbers(list: IntegerList): number[] {
  return Array.from({ length: list.length }, (_, at) => list.at(at));
}
