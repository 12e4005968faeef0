/** Reads the texts on the sheets of a workbook, to compare sheets with each other. */

import { UserError } from "../../base/problem.ts";
import { cellText } from "../../excel/cell.ts";
import { CellKind } from "../../excel/cell-table.ts";
import { openWorkbook } from "../../excel/read-workbook.ts";

/** The texts of a sheet: [row, column, text] from the top, then from the left. Numbers and dates are none. */
export interface SheetTexts {
  readonly sheetName: string;
  readonly height: number;
  readonly texts: readonly (readonly [row: number, column: number, text: string])[];
}

/** So many rows and columns are compared: templates differ at their beginning. */
const MOST_ROWS = 1000;
const MOST_COLUMNS = 200;

/** None if the workbook cannot be read, or only with LibreOffice: other checks say so. */
export async function readSheetTexts(path: string): Promise<SheetTexts[]> {
  try {
    const limits = { maxRows: MOST_ROWS, maxColumns: MOST_COLUMNS };
    const workbook = await openWorkbook(path, { ...limits, soffice: null });
    try {
      const found: SheetTexts[] = [];
      for (const [index, { name }] of workbook.entries.entries()) {
        const sheet = await workbook.readSheet(index);
        const { rows, columns, length } = sheet.cells;
        const texts: [number, number, string][] = [];
        for (let cell = 0; cell < length; cell++) {
          const kind = sheet.cells.kind(cell);
          if (kind !== CellKind.SharedText && kind !== CellKind.Text) continue;
          const text = cellText(sheet, cell).trim().toLowerCase();
          if (text !== "") texts.push([rows[cell]!, columns[cell]!, text]);
        }
        texts.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
        found.push({ sheetName: name, height: sheet.height, texts });
      }
      return found;
    } finally {
      workbook.close();
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [];
  }
}
