/** Writes a table as a JSON document. */

import type { ExtractedTable } from "./extracted-table.ts";
import { type TableOrigin, tableFacts } from "./table-facts.ts";
import type { TableValue } from "./table-value.ts";
import { type ByteSink, TextSink } from "./text-sink.ts";

/**
 * Writes `{"workbook", "sheet", "range", "score", "header_rows", "header_columns", "columns", "header",
 * "rows"}`. `columns` has a different name for each column, `header` the header rows as they are, `rows` the
 * others, one per line. Dates and errors are texts.
 */
export function writeJsonTable(table: ExtractedTable, origin: TableOrigin, sink: ByteSink): void {
  const out = new TextSink(sink);
  const start = { ...tableFacts(table, origin), columns: table.uniqueNames() };
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
