/** Tells sheets that were filled into the same form: monthly reports, exports of one program. */

import { cellStyle, cellText } from "../excel/cell.ts";
import { CellKind } from "../excel/cell-table.ts";
import type { Sheet } from "../excel/workbook.ts";

/** The rows with content that count as the head, and how far below and to the right is looked. */
const HEAD_ROWS = 6;
const MOST_ROWS = 300;
const MOST_COLUMNS = 64;

/**
 * A short text that sheets of one template share. It is a hash of
 *
 * - the texts of the first 6 rows with content, with their columns; digits count as one digit, so that dates
 *   and numbers of pages may differ; numbers and formulas do not count;
 * - bold type and fills in these rows;
 * - what most cells below hold, by column: number, date, text, truth value.
 *
 * @returns "" for a sheet without content.
 */
export function sheetTemplate(sheet: Sheet): string {
  const { rows, columns, length } = sheet.cells;
  const head = new Set<number>();
  const parts: string[] = [];
  const kinds = new Map<number, Map<string, number>>();
  for (let cell = 0; cell < length; cell++) {
    const [row, column] = [rows[cell]!, columns[cell]!];
    const kind = kindOf(sheet, cell);
    if (kind === null || column > MOST_COLUMNS) continue;
    if (head.size < HEAD_ROWS || head.has(row)) {
      head.add(row);
      parts.push(headCell(sheet, cell, column, kind));
      continue;
    }
    if (row > MOST_ROWS) continue;
    const counts = kinds.get(column) ?? new Map<string, number>();
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    kinds.set(column, counts);
  }
  if (parts.length === 0) return "";
  const below = [...kinds].sort(([a], [b]) => a - b).map(([column, counts]) => `${column} ${usual(counts)}`);
  const hash = new Bun.CryptoHasher("sha256");
  hash.update(JSON.stringify([parts, below]));
  return hash.digest("hex").slice(0, 12);
}

function headCell(sheet: Sheet, cell: number, column: number, kind: string): string {
  const { font, fill } = cellStyle(sheet, cell);
  const text = kind === "text" ? cellText(sheet, cell).trim().toLowerCase().replaceAll(/\d+/g, "0") : "";
  return `${column} ${kind} ${text.slice(0, 80)} ${font.bold} ${fill.pattern !== "none"}`;
}

/** Null for a cell without a value. */
function kindOf(sheet: Sheet, cell: number): string | null {
  switch (sheet.cells.kind(cell)) {
    case CellKind.Blank:
      return null;
    case CellKind.Number:
      return cellStyle(sheet, cell).isDate ? "date" : "number";
    case CellKind.IsoDate:
      return "date";
    case CellKind.Boolean:
      return "truth";
    case CellKind.Error:
      return "number";
    default:
      return "text";
  }
}

function usual(counts: ReadonlyMap<string, number>): string {
  const [first] = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return first![0];
}
