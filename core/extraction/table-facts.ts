/** What the files of a table say about it besides its cells. */

import { formatRange } from "../base/range.ts";
import type { ExtractedTable } from "./extracted-table.ts";

/** Where a table comes from. */
export interface TableOrigin {
  readonly workbook: string;
  readonly sheet: string;
  readonly score: number;
}

/** The facts, under the names that JSON and Parquet give them. */
export function tableFacts(table: ExtractedTable, { workbook, sheet, score }: TableOrigin) {
  return {
    workbook,
    sheet,
    range: formatRange(table.range),
    score,
    header_rows: table.headerRows,
    header_columns: table.headerColumns,
  };
}
