/**
 * Reads the texts of cells for an evaluation's page. Grids have none, so the workbooks are read once more.
 */

import { plainName } from "../../base/plain-name.ts";
import type { TextOf } from "../../drawing/draw-sheet.ts";
import { cellText, locateCells } from "../../excel/cell.ts";
import { openWorkbook } from "../../excel/read-workbook.ts";
import type { EvaluationSheet } from "../load-split.ts";

/**
 * Reads one workbook.
 *
 * @param sheets Sheets of one workbook.
 * @returns One function per sheet.
 * @throws {WorkbookError} If it cannot be read any more.
 */
export async function readTexts(sheets: readonly EvaluationSheet[]): Promise<TextOf[]> {
  const workbook = await openWorkbook(sheets[0]!.path);
  try {
    const found: TextOf[] = [];
    for (const { sheetName, grid } of sheets) {
      const names = workbook.entries.map(({ name }) => name);
      const exact = names.indexOf(sheetName);
      const index = exact >= 0 ? exact : names.findIndex((name) => plainName(name) === plainName(sheetName));
      const sheet = await workbook.readSheet(index);
      const { height, width } = grid;
      const cells = locateCells(sheet, height, width);
      found.push((row, column) => {
        const cell = row <= height && column <= width ? cells[(row - 1) * width + column - 1]! : 0;
        return cell === 0 ? "" : cellText(sheet, cell - 1);
      });
    }
    return found;
  } finally {
    workbook.close();
  }
}
