/** The points of a grid: every combination of the values of a sweep's parameters. */

import type { Json } from "../base/json.ts";
import type { Distribution } from "./distribution.ts";
import type { SweepParameter } from "./sweep.ts";

/**
 * The values of a parameter in a grid, in their order; null for a distribution that a grid cannot have. As in
 * W&B's grids, `q_uniform` leaves out its upper bound, and whole numbers include theirs.
 */
export function gridValues(distribution: Distribution): readonly Json[] | null {
  switch (distribution.kind) {
    case "constant":
      return [distribution.value];
    case "categorical":
      return distribution.probabilities === null ? distribution.values : null;
    case "int_uniform": {
      const { min, max } = distribution;
      return Array.from({ length: max - min + 1 }, (_, i) => min + i);
    }
    case "uniform": {
      const { min, max, q } = distribution;
      if (q === null) return null;
      return Array.from({ length: Math.ceil((max - min) / q) }, (_, i) => min + i * q);
    }
    default:
      return null;
  }
}

/** How many points the grid of these parameters has. */
export function gridSize(parameters: readonly SweepParameter[]): number {
  return parameters.reduce((size, { distribution }) => size * gridValues(distribution)!.length, 1);
}

/**
 * The values at a point of the grid, by the names of the parameters. The last parameter changes fastest.
 *
 * @param index From 0, below `gridSize`.
 */
export function gridPoint(parameters: readonly SweepParameter[], index: number): Record<string, Json> {
  const point: Record<string, Json> = {};
  let rest = index;
  for (const { name, distribution } of parameters.toReversed()) {
    const values = gridValues(distribution)!;
    point[name] = values[rest % values.length]!;
    rest = Math.floor(rest / values.length);
  }
  return point;
}
