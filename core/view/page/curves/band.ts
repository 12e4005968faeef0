/** A group of runs as one curve: the mean of the runs at each x, and the least and largest of them. */

import type { Curve } from "../../api.ts";

/** Points of a group whose runs have rows at different places. */
const MOST_POINTS = 300;

/**
 * The curve of a group: `last` is the mean, `min` and `max` are the extent. A run counts where it has values
 * on both sides; between two of them it is interpolated.
 */
export function bandOf(curves: readonly Curve[]): Curve {
  const grid = gridOf(curves);
  const columns = curves.map((curve) => interpolated(curve, grid));
  const at = grid.map((_, index) =>
    columns.map((column) => column[index]!).filter((value) => !Number.isNaN(value)),
  );
  const each = (pick: (values: readonly number[]) => number) =>
    at.map((values) => (values.length === 0 ? null : pick(values)));
  return {
    x: grid,
    min: each((values) => Math.min(...values)),
    max: each((values) => Math.max(...values)),
    last: each((values) => values.reduce((sum, value) => sum + value, 0) / values.length),
    rows: curves.reduce((sum, { rows }) => sum + rows, 0),
    isWhole: curves.every(({ isWhole }) => isWhole),
  };
}

/** All places at which a run has a row or, if these are many, as many at equal distances. */
function gridOf(curves: readonly Curve[]): number[] {
  const all = new Set<number>();
  for (const { x } of curves) for (const place of x) all.add(place);
  const sorted = [...all].sort((a, b) => a - b);
  if (sorted.length <= MOST_POINTS) return sorted;
  const [first, last] = [sorted[0]!, sorted.at(-1)!];
  return Array.from(
    { length: MOST_POINTS },
    (_, index) => first + ((last - first) * index) / (MOST_POINTS - 1),
  );
}

/** The values of a curve at the places of a grid, both ascending; NaN outside of the curve. */
function interpolated({ x, last }: Curve, grid: readonly number[]): Float64Array {
  const values = new Float64Array(grid.length).fill(Number.NaN);
  let at = 0;
  for (const [index, place] of grid.entries()) {
    if (x.length === 0 || place < x[0]! || place > x.at(-1)!) continue;
    while (at + 1 < x.length && x[at + 1]! <= place) at++;
    const [before, after] = [last[at] ?? Number.NaN, last[at + 1] ?? Number.NaN];
    const isOnIt = x[at] === place || at + 1 === x.length;
    const share = isOnIt ? 0 : (place - x[at]!) / (x[at + 1]! - x[at]!);
    values[index] = share === 0 ? before : before + (after - before) * share;
  }
  return values;
}
