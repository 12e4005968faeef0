/** A table of a sheet, ready to be written: its header and its rows as typed values. */

import type { PredictedTable } from "../base/predicted-table.ts";
import type { Range } from "../base/range.ts";
import type { Sheet } from "../excel/workbook.ts";
import { joinedNames, uniqueNames } from "./column-names.ts";
import { displayedValue } from "./displayed-value.ts";
import { guessHeader, type TableHeader } from "./table-header.ts";
import { type Merged, TableRows } from "./table-rows.ts";
import { type ReadValue, storedValue, type TableValue } from "./table-value.ts";

export interface ReadTableOptions {
  /** What the cells of a merged range hold. @default "fill" */
  readonly merged?: Merged;
  /** True: each value is the text that its number format makes of it. @default false */
  readonly formatted?: boolean;
}

/** A prediction. It may know the header; otherwise `guessHeader` says it. */
export interface TableToExtract extends Pick<PredictedTable, "range"> {
  readonly headerRows?: number;
  readonly headerColumns?: number;
}

/** Rows are read on demand, any number of times; only a row is in memory. */
export class ExtractedTable {
  readonly range: Range;
  /** How many rows and columns at the start are headers; at most the size of the table. */
  readonly headerRows: number;
  readonly headerColumns: number;
  readonly #sheet: Sheet;
  readonly #rows: TableRows;
  readonly #read: ReadValue;
  /** The most header rows that are held; see `header`. */
  static readonly MOST_HEADER_ROWS = 64;

  /** @param sheet A sheet as the reader gives it; its cells have to stay as they are. */
  constructor(sheet: Sheet, table: TableToExtract, options: ReadTableOptions = {}) {
    const { merged = "fill", formatted = false } = options;
    this.range = table.range;
    this.#sheet = sheet;
    this.#rows = new TableRows(sheet, table.range, merged);
    this.#read = formatted ? displayedValue : storedValue;
    const header = knownHeader(sheet, table);
    this.headerRows = Math.min(header.rows, this.height);
    this.headerColumns = Math.min(header.columns, this.width);
  }

  get width(): number {
    return this.range.right - this.range.left + 1;
  }

  get height(): number {
    return this.range.bottom - this.range.top + 1;
  }

  /** The values of the header rows. */
  header(): TableValue[][] {
    return [...this.values(0, Math.min(this.headerRows, ExtractedTable.MOST_HEADER_ROWS))];
  }

  /** One name per column, from the header rows; "" where they have none. */
  names(): string[] {
    return joinedNames(this.header(), this.width);
  }

  /** As `names`, but different from each other and never "". */
  uniqueNames(): string[] {
    return uniqueNames(this.names(), this.range.left);
  }

  /**
   * The rows from `from` up to `to`, which counts from 0 at the top of the table and is not included.
   *
   * @returns Per row one value per column.
   */
  *values(from: number, to: number = this.height): Generator<TableValue[]> {
    const { top } = this.range;
    if (to <= from) return;
    for (const cells of this.#rows.rows(top + from, top + to - 1)) {
      yield Array.from(cells, (cell) => this.#read(this.#sheet, cell));
    }
  }
}

/**
 * The header that the prediction says; otherwise that of the Excel table with the same columns and first row,
 * and what is still open by the rule.
 */
function knownHeader(sheet: Sheet, { range, headerRows, headerColumns }: TableToExtract): TableHeader {
  if (headerRows !== undefined && headerColumns !== undefined) {
    return { rows: headerRows, columns: headerColumns };
  }
  const { top, left, right } = range;
  const object = sheet.tables.find(
    (each) => each.range.top === top && each.range.left === left && each.range.right === right,
  );
  const guessed = guessHeader(sheet, range);
  return {
    rows: headerRows ?? object?.headerRows ?? guessed.rows,
    columns: headerColumns ?? guessed.columns,
  };
}
