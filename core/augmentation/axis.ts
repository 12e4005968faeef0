/** One vocabulary for rows and columns, so that each change of a sheet is written once for both. */

import type { Range } from "../base/range.ts";

/** The lines that a change works on. */
export type Axis = "rows" | "columns";

export const AXES: readonly Axis[] = ["rows", "columns"];

/** The number of lines of something. */
export function lineCount(
  { height, width }: { readonly height: number; readonly width: number },
  axis: Axis,
) {
  return axis === "rows" ? height : width;
}

/** The first and the last line of a range, from 1. */
export function spanOf({ top, left, bottom, right }: Range, axis: Axis): [first: number, last: number] {
  return axis === "rows" ? [top, bottom] : [left, right];
}

/** The number of lines of a range. */
export function lengthOf(range: Range, axis: Axis): number {
  const [first, last] = spanOf(range, axis);
  return last - first + 1;
}

/** The range with other first and last lines. */
export function withSpan(range: Range, axis: Axis, [first, last]: readonly [number, number]): Range {
  return axis === "rows" ? { ...range, top: first, bottom: last } : { ...range, left: first, right: last };
}
