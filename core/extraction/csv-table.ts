/** Writes a table as CSV (RFC 4180), header rows first, UTF-8. */

import { csvField } from "../base/csv-field.ts";
import type { ExtractedTable } from "./extracted-table.ts";
import { valueText } from "./table-value.ts";
import { type ByteSink, TextSink } from "./text-sink.ts";

/** A CSV has the texts of the values alone, so a text of digits reads as a number again. */
export function writeCsvTable(table: ExtractedTable, sink: ByteSink): void {
  const out = new TextSink(sink);
  for (const row of table.values(0)) {
    // A line with nothing in it would not be read as a row.
    if (row.length === 1 && row[0] === null) out.add('""');
    for (const [column, value] of row.entries()) {
      out.add(column === 0 ? csvField(valueText(value)) : `,${csvField(valueText(value))}`);
    }
    out.add("\r\n");
  }
  out.end();
}
