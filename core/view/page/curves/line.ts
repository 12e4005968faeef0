/** A line of a chart, and what charts ask of it: its place, its extent, its value under the pointer. */

import type { Curve } from "../../api.ts";

export interface Line {
  readonly key: string;
  /** The run, or the group of runs, and the metric if the chart has several. */
  readonly label: string;
  /** For the canvas. */
  readonly color: string;
  readonly dash: readonly number[];
  readonly curve: Curve;
  /** Drawn faintly behind the smoothed line. */
  readonly raw: Curve | null;
  /** A group's least and largest value at each x of the curve. */
  readonly isBand: boolean;
  /** Where the best epoch lies on the axis; null if there is none. */
  readonly best: number | null;
}

/** The least and largest finite value of an interval; null if there is none. */
export type Extent = readonly [least: number, largest: number] | null;

/** The extent of all lines along x, of those values that a scale can show. */
export function extentOfX(lines: readonly Line[], isLog: boolean): Extent {
  let [least, largest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { curve } of lines) {
    const first = isLog ? curve.x.find((x) => x > 0) : curve.x[0];
    if (first === undefined) continue;
    least = Math.min(least, first);
    largest = Math.max(largest, curve.x.at(-1)!);
  }
  return least <= largest ? [least, largest] : null;
}

/** The extent of all lines along y, where they are between two values of x. */
export function extentOfY(lines: readonly Line[], from: number, to: number, isLog: boolean): Extent {
  let [least, largest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const take = (value: number | null | undefined) => {
    if (value === null || value === undefined || (isLog && value <= 0)) return;
    if (value < least) least = value;
    if (value > largest) largest = value;
  };
  for (const { curve, raw } of lines) {
    for (const each of raw === null ? [curve] : [curve, raw]) {
      const [first, end] = between(each.x, from, to);
      for (let at = first; at < end; at++) {
        take(each.min[at]);
        take(each.max[at]);
      }
    }
  }
  return least <= largest ? [least, largest] : null;
}

/** The elements from the last one before `from` to the first one behind `to`; `end` is behind it. */
export function between(x: readonly number[], from: number, to: number): [first: number, end: number] {
  return [Math.max(0, lowerBound(x, from) - 1), Math.min(x.length, lowerBound(x, to) + 2)];
}

/** The element nearest to a value; −1 if there are none. */
export function nearestTo(x: readonly number[], value: number): number {
  if (x.length === 0) return -1;
  const after = lowerBound(x, value);
  if (after === 0) return 0;
  if (after === x.length) return x.length - 1;
  return x[after]! - value < value - x[after - 1]! ? after : after - 1;
}

/** The value of a curve nearest to a place on the axis; null where it has none there. */
export function valueAt({ x, last }: Curve, place: number): number | null {
  const at = nearestTo(x, place);
  return at < 0 ? null : (last[at] ?? null);
}

/** The newest value of a curve. */
export function newestValue({ last }: Curve): number | null {
  return last.findLast((value) => value !== null) ?? null;
}

/** The index of the first element that is at least `value`. */
function lowerBound(x: readonly number[], value: number): number {
  let [low, high] = [0, x.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
