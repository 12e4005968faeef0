/** Reads back the sheets that tests build. */

import { cellText } from "../../core/excel/cell.ts";
import { readWorkbook } from "../../core/excel/read-workbook.ts";
import type { Sheet } from "../../core/excel/workbook.ts";
import { cellAddress } from "../support/cell-address.ts";
import { type Parts, workbook } from "./build-package.ts";

/** The first sheet of a workbook with this sheet's XML. */
export async function readSheet(sheet: string, extra: Parts = {}): Promise<Sheet> {
  return (await readWorkbook(workbook(sheet, extra))).sheets[0]!;
}

/** Address → text of every cell. */
export function textsOf(sheet: Sheet): Record<string, string> {
  const cells = Array.from({ length: sheet.cells.length }, (_, cell) => cell);
  return Object.fromEntries(cells.map((cell) => [cellAddress(sheet, cell), cellText(sheet, cell)]));
}
