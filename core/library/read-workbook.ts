/** Reads the cells of a workbook for programs that use the library. */

import { usageError } from "../base/problem.ts";
import { formatRange, type Range, rangeArea } from "../base/range.ts";
import { MOST_LIMITS, raisedLimits } from "../excel/read-limits.ts";
import { openWorkbook } from "../excel/read-workbook.ts";
import { describeNote, type ReadingNote } from "../excel/reading-note.ts";
import { MERGE_FIELDS } from "../excel/sheet-scanner.ts";
import type { Sheet } from "../excel/workbook.ts";
import { ExtractedTable } from "../extraction/extracted-table.ts";
import { MERGED } from "../extraction/table-rows.ts";
import { storedValue, type TableValue } from "../extraction/table-value.ts";
import { checkOptions, oneOf, wholeNumber } from "./check-options.ts";
import type {
  CellContent,
  ReadSheet,
  ReadWorkbook,
  ReadWorkbookOptions,
  WorkbookSource,
} from "./library-types.ts";
import { namedRange, namedSheet } from "./named-place.ts";
import { namedSource } from "./workbook-source.ts";

/** The most cells that are given at once: their contents are in memory one by one. */
const MOST_CELLS = 2 ** 24;

/**
 * Reads all worksheets of a workbook, in the calling thread.
 *
 * @throws {WorkbookError} If it cannot be read; its `fault` says why.
 * @throws {UserError} If an option has no such value.
 * @throws The reason of `signal`.
 */
export async function readWorkbook(
  source: WorkbookSource,
  { limits = 1, signal }: ReadWorkbookOptions = {},
): Promise<ReadWorkbook> {
  checkOptions({ limits }, { limits: wholeNumber(1, MOST_LIMITS) });
  signal?.throwIfAborted();
  const workbook = await openWorkbook(await namedSource(source), raisedLimits(limits));
  try {
    const sheets: ReadSheet[] = [];
    const notes: ReadingNote[] = [...workbook.notes];
    for (let index = 0; index < workbook.entries.length; index++) {
      signal?.throwIfAborted();
      const sheet = await workbook.readSheet(index);
      notes.push(...sheet.notes);
      sheets.push(readSheet(sheet));
    }
    const { file } = workbook;
    const sheet = (name: string) => namedSheet(file, sheets, name);
    return { file, sheets, sheet, notes: notes.map((note) => `${file}: ${describeNote(note)}`) };
  } finally {
    workbook.close();
  }
}

function readSheet(sheet: Sheet): ReadSheet {
  const { merges, height, width } = sheet;
  const merged: string[] = [];
  for (let at = 0; at < merges.length; at += MERGE_FIELDS) {
    const [top, left, bottom, right] = [0, 1, 2, 3].map((field) => merges.at(at + field)) as [
      number,
      number,
      number,
      number,
    ];
    merged.push(formatRange({ top, left, bottom, right }));
  }
  return {
    name: sheet.name,
    hidden: sheet.state !== "visible",
    rows: height,
    columns: width,
    merged,
    excelTables: sheet.tables.map(({ name, range }) => ({ name, range: formatRange(range) })),
    values(text) {
      if (text === undefined && height * width === 0) return [];
      const whole: Range = { top: 1, left: 1, bottom: height, right: width };
      return contents(sheet, text === undefined ? fittingRange(formatRange(whole)) : fittingRange(text));
    },
    table(text, options) {
      checkOptions({ ...options }, { merged: oneOf(MERGED) });
      const range = fittingRange(text);
      const table = new ExtractedTable(sheet, { range }, options);
      return {
        range: formatRange(range),
        headerRows: table.headerRows,
        headerColumns: table.headerColumns,
        names: table.uniqueNames(),
        rows: [...table.values(table.headerRows)].map((row) => row.map(content)),
      };
    },
  };
}

/** @throws {UserError} If the text is no range, or one of too many cells. */
function fittingRange(text: string): Range {
  const range = namedRange(text);
  const cells = rangeArea(range);
  if (cells <= MOST_CELLS) return range;
  const expected = `at most ${MOST_CELLS} cells at once`;
  throw usageError({ message: "Cannot give the contents of this range", expected, got: `${text}: ${cells}` });
}

function contents(sheet: Sheet, range: Range): CellContent[][] {
  const { top, left, bottom, right } = range;
  const rows = Array.from({ length: bottom - top + 1 }, () =>
    new Array<CellContent>(right - left + 1).fill(null),
  );
  const { rows: cellRows, columns, length } = sheet.cells;
  for (let cell = 0; cell < length; cell++) {
    const [row, column] = [cellRows[cell]!, columns[cell]!];
    if (row < top || row > bottom || column < left || column > right) continue;
    rows[row - top]![column - left] = content(storedValue(sheet, cell));
  }
  return rows;
}

/** The content of a cell; of a formula, the result that the file stores. */
function content(value: TableValue): CellContent {
  return typeof value === "object" && value !== null ? value.text : value;
}
