/** The rectangles that stand for tables in annotated copies: how they are named, and what they look like. */

import { formatRange, parseRange, type Range } from "./range.ts";

/** The colour of their lines, RRGGBB. Rectangles that a person copies have it too. */
export const DRAWN_COLOR = "E8590C";

const NAME = /^Table ([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7}), score/;

/** How to correct a copy, for whoever looks at the alternative text of a rectangle. */
export const DRAWN_HINT =
  "To correct it, move or stretch the rectangle. Delete it if there is no table. Copy it, or draw a rectangle " +
  "without a text, where a table is missing. Save the workbook, and read the labels back with data import drawn.";

/** The name of a rectangle. @param score 0 … 1. */
export function drawnTableName(range: Range, score: number): string {
  return `Table ${formatRange(range)}, score ${score.toFixed(2)}`;
}

/** Where a rectangle of this name was drawn; null for the name of any other shape. */
export function drawnTableRange(name: string): Range | null {
  const range = NAME.exec(name)?.[1];
  return range === undefined ? null : parseRange(range);
}
