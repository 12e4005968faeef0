/** Writes a table as a JSON document. */

import { formatRange } from "../base/range.ts";
import type { ExtractedTable } from "./extracted-table.ts";
import type { TableValue } from "./table-value.ts";
import { type ByteSink, TextSink } from "./text-sink.ts";

/** Where a table comes from: the first keys of the document. */
export interface TableOrigin {
  readonly workbook: string;
  readonly sheet: string;
  readonly score: number;
}

/**
 * Writes `{"workbook", "sheet", "range", "score", "header_rows", "header_columns", "columns", "header",
 * "rows"}`. `columns` has a different name for each column, `header` the header rows as they are, `rows` the
 * others, one per line. Dates and errors are texts.
 */
export function writeJsonTable(table: ExtractedTable, origin: TableOrigin, sink: ByteSink): void {
  const out = new TextSink(sink);
  const { workbook, sheet, score } = origin;
  const start = {
    workbook,
    sheet,
    range: formatRange(table.range),
    score,
    header_rows: table.headerRows,
    header_columns: table.headerColumns,
    columns: table.uniqueNames(),
  };
  out.add(`${JSON.stringify(start).slice(0, -1)},"header":[`);
  addRows(table.values(0, table.headerRows), out);
  out.add('],"rows":[');
  addRows(table.values(table.headerRows), out);
  out.add("]}\n");
  out.end();
}

function addRows(rows: Iterable<readonly TableValue[]>, out: TextSink): void {
  let start = "\n[";
  for (const row of rows) {
    out.add(start);
    start = ",\n[";
    for (const [column, value] of row.entries()) out.add((column === 0 ? "" : ",") + jsonValue(value));
    out.add("]");
  }
}

function jsonValue(value: TableValue): string {
  return JSON.stringify(value !== null && typeof value === "object" ? value.text : value);
}
