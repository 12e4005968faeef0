/** Rows and cells of totals. */

import { rounded } from "../draw.ts";
import { numberOf, type PlannedColumn, type PlannedRow, type PlannedValue } from "./table-plan.ts";

/**
 * A row of sums over other rows of the body.
 *
 * @param rows The body so far; the new row goes below it.
 * @param sources Indices of the rows to add up.
 * @param label The text of the first column.
 */
export function sumRow(
  rows: readonly PlannedRow[],
  columns: readonly PlannedColumn[],
  sources: readonly number[],
  label: string,
  kind: "subtotal" | "total",
): PlannedRow {
  const first = sources[0]!;
  const last = sources.at(-1)!;
  const isRun = sources.length > 1 && last - first === sources.length - 1;
  const values = columns.map((column, at): PlannedValue => {
    if (at === 0) return label;
    if (column.isRowHeader || !column.adds) return null;
    const computed = rounded(
      sources.reduce((sum, row) => sum + numberOf(rows[row]!.values[at]), 0),
      4,
    );
    return {
      computed,
      write: (address) =>
        isRun
          ? `SUM(${address(first, at)}:${address(last, at)})`
          : sources.map((row) => address(row, at)).join("+"),
    };
  });
  return { kind, values };
}

/** The sum over some columns of row `row`, as a formula. */
export function sumAcross(
  values: readonly PlannedValue[],
  row: number,
  columns: readonly number[],
): PlannedValue {
  const first = columns[0]!;
  const last = columns.at(-1)!;
  const isRun = columns.length > 1 && last - first === columns.length - 1;
  return {
    computed: rounded(
      columns.reduce((sum, at) => sum + numberOf(values[at]), 0),
      4,
    ),
    write: (address) =>
      isRun
        ? `SUM(${address(row, first)}:${address(row, last)})`
        : columns.map((at) => address(row, at)).join("+"),
  };
}
