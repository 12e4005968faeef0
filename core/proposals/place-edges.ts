/** Moves the edges of boxes to the places that the edge maps support most. */

import type { CellBox, DenseMaps } from "./dense-maps.ts";

/** The cost of a step of one cell, in probability: the nearer of two equally likely places wins. */
const STEP_COST = 0.01;

/**
 * Moves each edge, in two rounds, to the strongest place of its map within `reach` cells, then cuts empty
 * outer lines.
 */
export function placeEdges(box: CellBox, maps: DenseMaps, reach = 3): CellBox {
  let { x1, y1, x2, y2 } = box;
  for (let round = 0; round < 2; round++) {
    x1 = strongest(x1, Math.max(0, x1 - reach), Math.min(x1 + reach, x2 - 1), (x) =>
      maps.mean("left", x, y1, x + 1, y2),
    );
    x2 = strongest(x2, Math.max(x1 + 1, x2 - reach), Math.min(maps.width, x2 + reach), (x) =>
      maps.mean("right", x - 1, y1, x, y2),
    );
    y1 = strongest(y1, Math.max(0, y1 - reach), Math.min(y1 + reach, y2 - 1), (y) =>
      maps.mean("top", x1, y, x2, y + 1),
    );
    y2 = strongest(y2, Math.max(y1 + 1, y2 - reach), Math.min(maps.height, y2 + reach), (y) =>
      maps.mean("bottom", x1, y - 1, x2, y),
    );
  }
  return tighten({ x1, y1, x2, y2 }, maps);
}

/** The box without the outer rows and columns that hold no data; at least one cell stays. */
export function tighten(box: CellBox, maps: DenseMaps): CellBox {
  let { x1, y1, x2, y2 } = box;
  const isEmpty = (l: number, t: number, r: number, b: number) => maps.mean("data", l, t, r, b) === 0;
  while (y2 - 1 > y1 && isEmpty(x1, y2 - 1, x2, y2)) y2--;
  while (y1 + 1 < y2 && isEmpty(x1, y1, x2, y1 + 1)) y1++;
  while (x2 - 1 > x1 && isEmpty(x2 - 1, y1, x2, y2)) x2--;
  while (x1 + 1 < x2 && isEmpty(x1, y1, x1 + 1, y2)) x1++;
  return { x1, y1, x2, y2 };
}

function strongest(from: number, first: number, last: number, strength: (at: number) => number): number {
  let best = from;
  let most = Number.NEGATIVE_INFINITY;
  for (let at = first; at <= last; at++) {
    const value = strength(at) - STEP_COST * Math.abs(at - from);
    if (value > most) [best, most] = [at, value];
  }
  return best;
}
