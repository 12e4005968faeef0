/** How much memory a sheet takes while it is read, and whether that is allowed. */

import { UserError } from "../base/problem.ts";
import type { OpeningSize, Sheet } from "../excel/workbook.ts";

/** Sheets from this size on are read one at a time, bytes. */
export const LARGE_SHEET = 16 * 2 ** 20;

/** Bytes of memory per byte of a sheet's part: a cell takes about 32 bytes there and 20 in the table. */
const PER_BYTE_OF_PART = 20 / 32;
/** Bytes per cell of the cell table. */
const PER_CELL = 20;
/** Bytes per place of the grid: vector; marks where ranges cover cells; anchors where cells are merged. */
const PER_PLACE = 2;
const PER_MARK = 1;
const PER_ANCHOR = 4;
/** What hints add per place of the rows that have cells. */
const PER_HINT = 12;

/** Per byte of a text: the file's bytes, and characters of one or two bytes. Measured, as is the next. */
const PER_BYTE_OF_CSV = 4;
/** Per field of a text: its cell in tables that grow, and what is left of its string. */
const PER_FIELD = 90;
/** Per byte of shared strings: their table; above the size that it has at first, it grows by copying. */
const PER_BYTE_OF_STRINGS = 2;
const STRINGS_THAT_GROW = 2 ** 26;
const PER_BYTE_OF_GROWN_STRINGS = 3;

/** Of what is read when a workbook is opened. */
export function openingBytes(size: OpeningSize): number {
  const { kind, bytes } = size;
  if (kind === "csv") return bytes * PER_BYTE_OF_CSV + size.fields * PER_FIELD;
  return bytes * (bytes > STRINGS_THAT_GROW ? PER_BYTE_OF_GROWN_STRINGS : PER_BYTE_OF_STRINGS);
}

/** Of a sheet that is not read yet. @param partBytes The uncompressed size of its part. */
export function unreadSheetBytes(partBytes: number): number {
  return partBytes * PER_BYTE_OF_PART;
}

/** Of a sheet that was read, with its grid of so many rows and columns. */
export function sheetBytes(
  { cells, texts, merges, tables, comments }: Sheet,
  rows: number,
  columns: number,
  hints: boolean,
): number {
  const isMerged = merges.length > 0;
  const isCovered = isMerged || tables.length + comments.length > 0;
  const marks = (isCovered ? PER_MARK : 0) + (isMerged ? PER_ANCHOR : 0);
  const places = rows * columns;
  const ofHints = hints ? Math.min(rows, cells.length) * columns * PER_HINT : 0;
  return cells.rows.length * PER_CELL + texts.bytes.length + places * (PER_PLACE + marks) + ofHints;
}

/**
 * @param sheet Null for what is read before any sheet.
 * @throws {UserError} If a sheet needs more than is left for it.
 */
export function checkSheetMemory(file: string, sheet: string | null, bytes: number, most: number): void {
  if (bytes <= most) return;
  const megabytes = (size: number) => Math.ceil(size / 2 ** 20);
  const raise = `raise --memory-limit by ${megabytes(bytes - most)}`;
  if (sheet === null) {
    throw new UserError({
      file,
      message: "Cannot open the workbook within --memory-limit",
      expected: `a CSV text or shared strings that take at most ${megabytes(most)} MB, which is what the threads leave of the limit`,
      got: `about ${megabytes(bytes)} MB`,
      fix: raise,
    });
  }
  throw new UserError({
    file,
    where: `sheet ${JSON.stringify(sheet)}`,
    message: "Cannot look at the sheet within --memory-limit",
    expected: `a sheet that takes at most ${megabytes(most)} MB, which is what the threads leave of the limit`,
    got: `about ${megabytes(bytes)} MB`,
    fix: `${raise}, or look at a part of the workbook with --sheet`,
  });
}
