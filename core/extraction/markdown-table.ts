/** Writes a table as Markdown: a table of GitHub's dialect. */

import type { ExtractedTable } from "./extracted-table.ts";
import { valueText } from "./table-value.ts";
import { type ByteSink, TextSink } from "./text-sink.ts";

export function writeMarkdownTable(table: ExtractedTable, sink: ByteSink): void {
  const out = new TextSink(sink);
  out.add(markdownHead(table));
  for (const line of markdownRows(table)) out.add(line);
  out.end();
}

/**
 * The head and the line below it. Markdown has one header row: it has the names of the columns, joined where
 * the table has several header rows, and is empty where it has none.
 */
export function markdownHead(table: ExtractedTable): string {
  return (
    markdownLine(table.names().map(escaped)) + markdownLine(Array.from({ length: table.width }, () => "---"))
  );
}

/**
 * The rows below the header, a line each with a line break.
 *
 * @param from The first row, which counts from 0 below the header.
 */
export function* markdownRows(table: ExtractedTable, from = 0): Generator<string> {
  for (const row of table.values(table.headerRows + from)) {
    yield markdownLine(row.map((value) => escaped(valueText(value))));
  }
}

function markdownLine(fields: readonly string[]): string {
  return `| ${fields.join(" | ")} |\n`;
}

/** A text that stays in its field and is no tag. */
function escaped(text: string): string {
  return text
    .trim()
    .replaceAll(/[\\|<]/g, "\\$&")
    .replaceAll(/\r\n|\r|\n/g, "<br>");
}
