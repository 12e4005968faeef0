/** Sheets that were read and stay in memory for a while: those that somebody looked at last. */

import { statSync } from "node:fs";
import { UserError } from "../base/problem.ts";
import { openWorkbook } from "../excel/read-workbook.ts";
import type { Sheet } from "../excel/workbook.ts";
import { SheetRows } from "./sheet-rows.ts";

/** A sheet with what finds its cells. */
export interface OpenSheet {
  readonly sheet: Sheet;
  readonly rows: SheetRows;
}

/** How many bytes all sheets together may take, about; the last one stays whatever its size. */
const MOST_BYTES = 384 * 2 ** 20;
/** Bytes per cell: 18 in the cell table, and its text. */
const CELL_BYTES = 40;

/** Remembers sheets by the state of their file: a workbook that has changed is read again. */
export class OpenSheets {
  /** The one that was used last is the last one. */
  readonly #sheets = new Map<string, OpenSheet & { readonly bytes: number }>();
  readonly #mostBytes: number;

  constructor(mostBytes: number = MOST_BYTES) {
    this.#mostBytes = mostBytes;
  }

  get bytes(): number {
    return [...this.#sheets.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /**
   * @param path The workbook.
   * @param name Of one of its sheets.
   * @throws {UserError} If the workbook cannot be read, or lacks the sheet.
   */
  async get(path: string, name: string): Promise<OpenSheet> {
    const key = JSON.stringify([path, stampOf(path), name]);
    const known = this.#sheets.get(key);
    const found = known ?? (await readSheet(path, name));
    this.#sheets.delete(key);
    this.#sheets.set(key, found);
    let bytes = this.bytes;
    for (const [old, { bytes: own }] of this.#sheets) {
      if (bytes <= this.#mostBytes || old === key) break;
      this.#sheets.delete(old);
      bytes -= own;
    }
    return found;
  }
}

async function readSheet(path: string, name: string): Promise<OpenSheet & { readonly bytes: number }> {
  const workbook = await openWorkbook(path);
  try {
    const index = workbook.entries.findIndex((entry) => entry.name === name);
    if (index < 0) {
      const names = workbook.entries.slice(0, 10).map((entry) => JSON.stringify(entry.name));
      throw new UserError({
        file: path,
        message: `The workbook has no sheet ${JSON.stringify(name)} any more`,
        got: `the sheets ${names.join(", ")}`,
      });
    }
    const sheet = await workbook.readSheet(index);
    return { sheet, rows: new SheetRows(sheet), bytes: sheet.cells.rows.length * CELL_BYTES + 2 ** 16 };
  } finally {
    workbook.close();
  }
}

function stampOf(path: string): string {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? "" : `${found.size} ${found.mtimeNs}`;
}
