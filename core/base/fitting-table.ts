/** Tables that leave out the least important columns where a terminal is too narrow for all. */

import { table } from "./text-layout.ts";

export interface TableColumn<Row> {
  readonly head: string;
  readonly cell: (row: Row) => string;
  /** 0: always shown. Where not all columns fit, those with the highest numbers are left out. */
  readonly rank: number;
}

/**
 * The table with as many columns as fit.
 *
 * @param width The length of a line in characters; Infinity where all columns are wanted.
 * @param words How many of the first columns hold words: they are aligned to the left.
 */
export function fittingTable<Row>(
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
  width: number,
  words = 0,
): string {
  const text = (shown: readonly TableColumn<Row>[]) =>
    table(
      shown.map(({ head }) => head),
      rows.map((row) => shown.map(({ cell }) => cell(row))),
      shown.filter((column) => columns.indexOf(column) < words).length,
    );
  for (let most = Math.max(...columns.map(({ rank }) => rank)); most > 0; most--) {
    const drawn = text(columns.filter(({ rank }) => rank <= most));
    if (Math.max(...drawn.split("\n").map((line) => line.length)) < width) return drawn;
  }
  return text(columns.filter(({ rank }) => rank <= 0));
}
