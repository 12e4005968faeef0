/** Holds grids to W&B's: which values they have, and in which order they are visited. */

import { expect, test } from "bun:test";
import { gridAxis, gridPoint, gridSize } from "../../core/sweep/grid.ts";
import { OPTUNA_PYTHON, runInPython } from "../support/optuna-python.ts";
import { sweepOf } from "./sweep-of.ts";

const PARAMETERS = {
  lr: { values: [0.1, 0.2] },
  a_constant: { value: 7 },
  depth: { min: 1, max: 3 },
  width: { distribution: "q_uniform", min: 0, max: 1, q: 0.25 },
};

const THEIRS = `
from sweeps.grid_search import grid_search_next_runs
runs = grid_search_next_runs([], dict(method="grid", parameters=given), n=1000)
answer = [{name: value["value"] for name, value in run.config.items()} for run in runs if run is not None]
`;

function points(parameters: Record<string, unknown>) {
  const { parameters: read } = sweepOf({ method: "grid", parameters });
  return Array.from({ length: gridSize(read) }, (_, index) => gridPoint(read, index));
}

test("a grid has every combination once; the last parameter by name changes fastest", () => {
  const all = points({ b: { values: ["x", "y"] }, a: { min: 1, max: 3 } });
  expect(all).toEqual([
    { a: 1, b: "x" },
    { a: 1, b: "y" },
    { a: 2, b: "x" },
    { a: 2, b: "y" },
    { a: 3, b: "x" },
    { a: 3, b: "y" },
  ]);
});

test("a grid has the steps of a distribution below its upper bound, and none of one without steps", () => {
  const steps = (max: number) => points({ a: { distribution: "q_uniform", min: 1, max, q: 0.5 } });
  expect(steps(2)).toEqual([{ a: 1 }, { a: 1.5 }]);
  expect(steps(2.2)).toEqual([{ a: 1 }, { a: 1.5 }, { a: 2 }]);
  expect(gridAxis({ kind: "uniform", min: 1, max: 2, q: null })).toBeNull();
});

test("a grid of billions of points is visited without a list of them", () => {
  const { parameters } = sweepOf({
    method: "grid",
    parameters: {
      seed: { min: 0, max: Number.MAX_SAFE_INTEGER - 1 },
      lr: { distribution: "q_uniform", min: 0, max: 1e9, q: 0.5 },
    },
  });
  expect(gridSize(parameters)).toBe(2e9 * Number.MAX_SAFE_INTEGER);
  expect(gridPoint(parameters, 5)).toEqual({ lr: 0, seed: 5 });
});

test.skipIf(OPTUNA_PYTHON === null)("a grid is visited in the order of W&B's package", () => {
  const theirs = runInPython(THEIRS, PARAMETERS) as unknown[];
  expect(theirs).toHaveLength(24);
  expect(points(PARAMETERS)).toEqual(theirs as ReturnType<typeof points>);
});
