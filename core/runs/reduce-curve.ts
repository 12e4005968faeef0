/** Reduces a metric to as many points as a chart has pixels, without losing an extreme. */

import type { Curve } from "./run-data.ts";

export interface CurveWindow {
  /** The least and the largest x, both included. */
  readonly from: number;
  readonly to: number;
  /** At least 1. Up to twice as many rows are returned as they are. */
  readonly buckets: number;
}

/**
 * Splits the window into buckets of equal width and takes the exact extremes of each. Buckets without a row
 * are left out.
 *
 * @param xs Ascending; equal values are allowed.
 * @param values As many as `xs`.
 */
export function reduceCurve(
  xs: Float64Array,
  values: Float64Array,
  { from, to, buckets }: CurveWindow,
): Curve {
  const first = lowerBound(xs, from);
  const end = upperBound(xs, to);
  const rows = Math.max(0, end - first);
  const x: number[] = [];
  const [min, max, last]: [(number | null)[], (number | null)[], (number | null)[]] = [[], [], []];
  if (rows <= 2 * buckets) {
    for (let at = first; at < end; at++) {
      const value = Number.isFinite(values[at]) ? values[at]! : null;
      x.push(xs[at]!);
      min.push(value);
    }
    return { x, min, max: min, last: min, rows, isWhole: true };
  }
  const [left, width] = [xs[first]!, xs[end - 1]! - xs[first]!];
  for (let at = first; at < end; ) {
    const next = bucketEnd(xs, at, end, { left, width, buckets });
    const bucket = extremes(values, at, next);
    x.push(xs[at]!);
    min.push(bucket?.min ?? null);
    max.push(bucket?.max ?? null);
    last.push(bucket?.last ?? null);
    at = next;
  }
  return { x, min, max, last, rows, isWhole: false };
}

/** The index behind the last row of the bucket that row `at` lies in. */
function bucketEnd(
  xs: Float64Array,
  at: number,
  end: number,
  { left, width, buckets }: { readonly left: number; readonly width: number; readonly buckets: number },
): number {
  if (width === 0) return end;
  const bucket = Math.floor(((xs[at]! - left) / width) * buckets);
  if (bucket >= buckets - 1) return end;
  return Math.max(at + 1, lowerBound(xs, left + ((bucket + 1) / buckets) * width, at, end));
}

/** The least, the largest and the last finite value of some rows; null if there is none. */
function extremes(
  values: Float64Array,
  from: number,
  end: number,
): { min: number; max: number; last: number } | null {
  let [min, max, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN];
  for (let row = from; row < end; row++) {
    const value = values[row]!;
    if (!Number.isFinite(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
    last = value;
  }
  return min > max ? null : { min, max, last };
}

/** The first index in [from, end) whose value is at least `least`; `end` if there is none. */
function lowerBound(values: Float64Array, least: number, from = 0, end = values.length): number {
  let [low, high] = [from, end];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The index behind the last value that is at most `most`. */
function upperBound(values: Float64Array, most: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! <= most) low = middle + 1;
    else high = middle;
  }
  return low;
}
