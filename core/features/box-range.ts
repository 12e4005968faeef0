/** Ranges of cells ↔ normalised boxes (docs/features.md, "Boxes"). */

import type { Range } from "../base/range.ts";

/**
 * A range as `[cx, cy, w, h]` in 0 … 1 of the grid's width and height, cell edges as coordinates: a range
 * that fills the grid is `[0.5, 0.5, 1, 1]`.
 */
export function rangeToBox(range: Range, height: number, width: number): [number, number, number, number] {
  const x1 = (range.left - 1) / width;
  const x2 = range.right / width;
  const y1 = (range.top - 1) / height;
  const y2 = range.bottom / height;
  return [(x1 + x2) / 2, (y1 + y2) / 2, x2 - x1, y2 - y1];
}

/** The boxes of several ranges: [T, 4] cxcywh. */
export function rangesToBoxes(ranges: readonly Range[], height: number, width: number): Float32Array {
  return Float32Array.from(ranges.flatMap((range) => rangeToBox(range, height, width)));
}

/**
 * The cells of a box: each edge goes to the nearest cell edge (halves to the right and down) and is clamped
 * to the grid. A box that would keep no row or no column keeps the one under its centre.
 *
 * @param box cxcywh in 0 … 1 of the grid.
 */
export function boxToRange(box: ArrayLike<number>, height: number, width: number): Range {
  const [left, right] = span(box[0]!, box[2]!, width);
  const [top, bottom] = span(box[1]!, box[3]!, height);
  return { top, left, bottom, right };
}

/** First and last cell, from 1, of a span of `extent` around `center` on an axis of `size` cells. */
function span(center: number, extent: number, size: number): [first: number, last: number] {
  const start = clamp(Math.round((center - extent / 2) * size), 0, size);
  const end = clamp(Math.round((center + extent / 2) * size), 0, size);
  if (end > start) return [start + 1, end];
  const only = clamp(Math.floor(center * size), 0, size - 1) + 1;
  return [only, only];
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
