/** Chooses the type of a Parquet column and turns values into that type. */

import type { ParquetWriter } from "hyparquet-writer";
import { type TableValue, valueText } from "./table-value.ts";

/** An element of a Parquet schema, as the writer takes it. */
export type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]["schema"][number];

/**
 * `whole` is INT64, `number` DOUBLE, `boolean` BOOLEAN, `date` DATE, `date-time` TIMESTAMP in milliseconds
 * without a zone, `text` a UTF-8 string.
 */
export type ColumnType = "whole" | "number" | "boolean" | "date" | "date-time" | "text";

const TYPES: Readonly<Record<ColumnType, Omit<SchemaElement, "name">>> = {
  whole: { type: "INT64" },
  number: { type: "DOUBLE" },
  boolean: { type: "BOOLEAN" },
  date: { type: "INT32", converted_type: "DATE", logical_type: { type: "DATE" } },
  "date-time": {
    type: "INT64",
    logical_type: { type: "TIMESTAMP", isAdjustedToUTC: false, unit: "MILLIS" },
  },
  text: { type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } },
};

export function schemaElement(name: string, type: ColumnType): SchemaElement {
  return { ...TYPES[type], name, repetition_type: "OPTIONAL" };
}

/** Gathers what a column holds, value by value. */
export class ColumnTypeFinder {
  readonly #kinds = new Set<ColumnType>();

  add(value: TableValue): void {
    const type = typeOf(value);
    if (type !== null) this.#kinds.add(type);
  }

  /**
   * The type that all values have; whole numbers count as numbers, and dates as points in time, if a column
   * has both. What else is mixed is text, and so is a column without values.
   */
  get type(): ColumnType {
    const kinds = [...this.#kinds];
    const isAll = (...types: readonly ColumnType[]) => kinds.every((kind) => types.includes(kind));
    if (kinds.length === 1) return kinds[0]!;
    if (kinds.length === 0) return "text";
    if (isAll("whole", "number")) return "number";
    return isAll("date", "date-time") ? "date-time" : "text";
  }
}

/** The type of one value; null for those that every column takes: none, and errors. */
function typeOf(value: TableValue): ColumnType | null {
  if (value === null) return null;
  if (typeof value === "number") return Number.isSafeInteger(value) ? "whole" : "number";
  if (typeof value === "boolean") return "boolean";
  if (typeof value === "string") return "text";
  if (value.kind === "error") return null;
  return value.kind === "date" || value.kind === "date-time" ? value.kind : "text";
}

/** The value as the writer takes it. An error is its code in a column of texts, and otherwise null. */
export function columnValue(
  value: TableValue,
  type: ColumnType,
): bigint | number | boolean | Date | string | null {
  if (value === null) return null;
  if (type === "text") return valueText(value);
  if (typeof value === "number") return type === "whole" ? BigInt(value) : value;
  if (typeof value === "boolean" || typeof value === "string") return value;
  return value.kind === "error" ? null : new Date(value.milliseconds);
}
