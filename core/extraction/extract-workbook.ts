/** Writes the tables of one workbook as files, one per table. */

import { closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import type { PredictedTable } from "../base/predicted-table.ts";
import type { Range } from "../base/range.ts";
import { roundedScore } from "../base/rounded-score.ts";
import type { NamedBytes } from "../excel/byte-source.ts";
import { raisedLimits } from "../excel/read-limits.ts";
import { openWorkbook } from "../excel/read-workbook.ts";
import { writeThrough } from "../files/open-output.ts";
import { removeQuietly } from "../files/write-atomic.ts";
import { ExtractedTable, type TableToExtract } from "./extracted-table.ts";
import { TableNames } from "./file-names.ts";
import { type ExtractOptions, tableForm } from "./table-format.ts";
import { attemptWrite } from "./write-error.ts";

/** A table that was written: a line of the index. */
export interface WrittenTable {
  readonly workbook: string;
  readonly sheet: string;
  readonly range: Range;
  readonly score: number;
  readonly headerRows: number;
  readonly headerColumns: number;
  /** The name of its file in the workbook's folder. */
  readonly file: string;
}

/** A table that was found on a sheet. */
export type FoundTable = TableToExtract & Pick<PredictedTable, "score">;

export interface ExtractWorkbookOptions extends ExtractOptions {
  /** How many times as large as usual the workbook may be. @default 1 */
  readonly limits?: number;
}

/**
 * Reads the sheets that have tables, one after the other, and writes each table. If anything fails, the
 * workbook's folder is removed.
 *
 * @param sheets The tables per worksheet that was looked at, in the order of the tabs; others may be left
 *   out.
 * @param folder The workbook's own folder; it is made. Without a table it is not.
 * @throws {WorkbookError} If the workbook cannot be read.
 * @throws {ExtractionWriteError} If the files cannot be written.
 */
export async function extractWorkbook(
  source: string | NamedBytes,
  sheets: readonly { readonly sheet: string; readonly tables: readonly FoundTable[] }[],
  folder: string,
  options: ExtractWorkbookOptions = {},
): Promise<WrittenTable[]> {
  if (sheets.every(({ tables }) => tables.length === 0)) return [];
  const { format = "csv", limits = 1 } = options;
  const { ending, write } = tableForm(format);
  const workbook = await openWorkbook(source, raisedLimits(limits));
  const names = new TableNames();
  const written: WrittenTable[] = [];
  try {
    attemptWrite(folder, () => mkdirSync(folder, { recursive: true }));
    let next = 0;
    for (const { sheet: name, tables } of sheets) {
      // A damaged workbook may have two sheets of one name, so the search goes on behind the last one.
      const index = workbook.entries.findIndex((entry, at) => at >= next && entry.name === name);
      if (index < 0) throw new RangeError(`${workbook.file} has no sheet ${JSON.stringify(name)} any more`);
      next = index + 1;
      if (tables.length === 0) continue;
      const sheet = await workbook.readSheet(index);
      for (const found of tables) {
        const table = new ExtractedTable(sheet, found, options);
        const file = names.add(sheet.name, found.range, ending);
        const origin = { workbook: workbook.file, sheet: sheet.name, score: roundedScore(found.score) };
        writeFile(join(folder, file), (bytes) => write(table, origin, { write: bytes }));
        const { range, headerRows, headerColumns } = table;
        written.push({ ...origin, range, headerRows, headerColumns, file });
      }
    }
    return written;
  } catch (error) {
    removeQuietly(folder);
    throw error;
  } finally {
    workbook.close();
  }
}

/** Writes a new file as its bytes come. */
function writeFile(path: string, fill: (write: (bytes: Uint8Array) => void) => void): void {
  const file = attemptWrite(path, () => openSync(path, "wx"));
  try {
    fill((bytes) => attemptWrite(path, () => writeThrough(file, bytes)));
  } finally {
    closeSync(file);
  }
}
