/** The forms in which tables are written. */

import { writeCsvTable } from "./csv-table.ts";
import type { ExtractedTable, ReadTableOptions } from "./extracted-table.ts";
import { writeJsonTable } from "./json-table.ts";
import { writeMarkdownTable } from "./markdown-table.ts";
import { writeParquetTable } from "./parquet-table.ts";
import type { TableOrigin } from "./table-facts.ts";
import type { ByteSink } from "./text-sink.ts";

export const TABLE_FORMATS = ["csv", "json", "markdown", "parquet"] as const;
export type TableFormat = (typeof TABLE_FORMATS)[number];

export interface ExtractOptions extends ReadTableOptions {
  /** @default "csv" */
  readonly format?: TableFormat;
}

interface Form {
  readonly ending: string;
  readonly write: (table: ExtractedTable, origin: TableOrigin, sink: ByteSink) => void;
}

const FORMS: Readonly<Record<TableFormat, Form>> = {
  csv: { ending: ".csv", write: (table, _, sink) => writeCsvTable(table, sink) },
  json: { ending: ".json", write: writeJsonTable },
  markdown: { ending: ".md", write: (table, _, sink) => writeMarkdownTable(table, sink) },
  parquet: { ending: ".parquet", write: writeParquetTable },
};

/** The form with a name: its ending, and what writes a table piece by piece. */
export function tableForm(format: TableFormat): Form {
  return FORMS[format];
}
