/** Reads the references of merged ranges, also those that programs other than Excel write. */

import { columnName, columnNumber, MAX_COLUMN, MAX_ROW, parseRange, type Range } from "../base/range.ts";

/** Whole rows (`3:4`), as LibreOffice writes them. */
const ROWS = /^\$?([1-9][0-9]{0,8}):\$?([1-9][0-9]{0,8})$/;
/** Whole columns (`F:G`). */
const COLUMNS = /^\$?([A-Za-z]{1,4}):\$?([A-Za-z]{1,4})$/;
/** A range that may reach beyond the sheet. */
const CELLS = /^\$?([A-Za-z]{1,4})\$?([1-9][0-9]{0,8}):\$?([A-Za-z]{1,4})\$?([1-9][0-9]{0,8})$/;

/** A merged range, cut at the end of the sheet. */
export interface MergedRange extends Range {
  readonly isCut: boolean;
}

/** Reads `A1:B2`, `1:1` and `F:F`; null if the text is no range, or lies beyond the sheet altogether. */
export function parseMergedRange(text: string): MergedRange | null {
  const plain = parseRange(text);
  if (plain) return { ...plain, isCut: false };
  const cells = CELLS.exec(text.trim());
  const rows = ROWS.exec(text.trim());
  const columns = COLUMNS.exec(text.trim());
  if (cells) return cut([cells[2]!, cells[4]!], [cells[1]!, cells[3]!]);
  if (rows) return cut([rows[1]!, rows[2]!], ["A", columnName(MAX_COLUMN)]);
  if (columns) return cut(["1", String(MAX_ROW)], [columns[1]!, columns[2]!]);
  return null;
}

function cut(rowTexts: readonly string[], columnTexts: readonly string[]): MergedRange | null {
  const rows = rowTexts.map(Number);
  const columns = columnTexts.map(columnNumber);
  const [bottom, right] = [Math.max(...rows), Math.max(...columns)];
  const range = {
    top: Math.min(...rows),
    left: Math.min(...columns),
    bottom: Math.min(bottom, MAX_ROW),
    right: Math.min(right, MAX_COLUMN),
  };
  if (range.top > MAX_ROW || range.left > MAX_COLUMN) return null;
  return { ...range, isCut: bottom > MAX_ROW || right > MAX_COLUMN };
}
