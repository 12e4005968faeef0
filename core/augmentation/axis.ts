/** Rows and columns by one set of words, so that each change of a sheet is written once for both. */

import type { Range } from "../base/range.ts";

/** Along which lines (rows, or columns) a change works. */
export type Axis = "rows" | "columns";

export const AXES: readonly Axis[] = ["rows", "columns"];

/** How many lines something has. */
export function lineCount(
  { height, width }: { readonly height: number; readonly width: number },
  axis: Axis,
) {
  return axis === "rows" ? height : width;
}

/** First and last line of a range, from 1. */
export function spanOf({ top, left, bottom, right }: Range, axis: Axis): [first: number, last: number] {
  return axis === "rows" ? [top, bottom] : [left, right];
}

/** Lines of a range. */
export function lengthOf(range: Range, axis: Axis): number {
  const [first, last] = spanOf(range, axis);
  return last - first + 1;
}

/** The range with other first and last lines. */
export function withSpan(range: Range, axis: Axis, [first, last]: readonly [number, number]): Range {
  return axis === "rows" ? { ...range, top: first, bottom: last } : { ...range, left: first, right: last };
}
