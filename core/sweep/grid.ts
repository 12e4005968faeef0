/** The points of a grid: every combination of the values of a sweep's parameters. */

import type { Json } from "../base/json.ts";
import type { Distribution } from "./distribution.ts";
import type { SweepParameter } from "./sweep.ts";

/** The values of a parameter in a grid, in their order. They are made one by one: there may be billions. */
interface GridAxis {
  readonly size: number;
  /** @param index From 0, below `size`. */
  valueAt(index: number): Json;
}

/**
 * The values of a parameter in a grid; null for a distribution that a grid cannot have. As in W&B's grids,
 * `q_uniform` leaves out its upper bound, and whole numbers include theirs.
 */
export function gridAxis(distribution: Distribution): GridAxis | null {
  switch (distribution.kind) {
    case "constant":
      return listed([distribution.value]);
    case "categorical":
      return distribution.probabilities === null ? listed(distribution.values) : null;
    case "int_uniform": {
      const { min, max } = distribution;
      return { size: max - min + 1, valueAt: (index) => min + index };
    }
    case "uniform": {
      const { min, max, q } = distribution;
      if (q === null) return null;
      return { size: Math.ceil((max - min) / q), valueAt: (index) => min + index * q };
    }
    default:
      return null;
  }
}

function listed(values: readonly Json[]): GridAxis {
  return { size: values.length, valueAt: (index) => values[index]! };
}

/** How many points the grid of these parameters has. */
export function gridSize(parameters: readonly SweepParameter[]): number {
  return parameters.reduce((size, { distribution }) => size * gridAxis(distribution)!.size, 1);
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
    const { size, valueAt } = gridAxis(distribution)!;
    point[name] = valueAt(rest % size);
    rest = Math.floor(rest / size);
  }
  return point;
}
