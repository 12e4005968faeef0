/** Writes a table as a Parquet file (format 2), compressed with Snappy. */

import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import type { ExtractedTable } from "./extracted-table.ts";
import { ColumnTypeFinder, columnValue, schemaElement } from "./parquet-column.ts";
import { type TableOrigin, tableFacts } from "./table-facts.ts";
import type { TableValue } from "./table-value.ts";
import type { ByteSink } from "./text-sink.ts";

/** Cells of a row group: the part of the table that is in memory at a time. */
const GROUP_CELLS = 1 << 17;

/**
 * Writes the rows below the header; the header rows give the columns their names. The table is read twice:
 * the types of the columns stand in the file before their values do. Where the table comes from stands in
 * the file's metadata, under the names of the keys of the JSON form.
 */
export function writeParquetTable(table: ExtractedTable, origin: TableOrigin, sink: ByteSink): void {
  const finders = Array.from({ length: table.width }, () => new ColumnTypeFinder());
  for (const row of table.values(table.headerRows)) {
    for (const [column, value] of row.entries()) finders[column]!.add(value);
  }
  const names = table.uniqueNames();
  const types = finders.map(({ type }) => type);
  const writer = new ParquetWriter({
    writer: new SinkWriter(sink),
    schema: [
      { name: "table", num_children: table.width },
      ...names.map((name, column) => schemaElement(name, types[column]!)),
    ],
    statistics: false,
    kvMetadata: Object.entries(tableFacts(table, origin)).map(([key, value]) => ({
      key,
      value: String(value),
    })),
    createdBy: "tablesense2",
  });
  const groupRows = Math.max(1, Math.floor(GROUP_CELLS / table.width));
  for (let from = table.headerRows; from < table.height; from += groupRows) {
    const rows = [...table.values(from, Math.min(table.height, from + groupRows))];
    const columnData = names.map((name, column) => ({
      name,
      data: rows.map((row: readonly TableValue[]) => columnValue(row[column]!, types[column]!)),
      offsetIndex: false,
    }));
    writer.write({ columnData, rowGroupSize: rows.length });
  }
  writer.finish();
}

/** Bytes after which they are handed on. */
const PIECE_BYTES = 1 << 20;

/** Hands bytes on as they come, where the package's own writer keeps all of them. */
class SinkWriter extends ByteWriter {
  readonly #sink: ByteSink;

  constructor(sink: ByteSink) {
    super(PIECE_BYTES);
    this.#sink = sink;
  }

  override ensure(size: number): void {
    if (this.index >= PIECE_BYTES) this.flush();
    super.ensure(size);
  }

  flush(): void {
    if (this.index > 0) this.#sink.write(this.getBytes());
    this.index = 0;
  }

  override finish(): void {
    this.flush();
  }
}
