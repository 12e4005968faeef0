/** Tests where the rows of a run stand on the axes of a chart. */

import { expect, test } from "bun:test";
import { axisValues, type EpochSizes } from "../../core/runs/curve-axis.ts";
import type { MetricColumns } from "../../core/runs/metric-columns.ts";
import type { CurveAxis } from "../../core/runs/run-data.ts";

const UNKNOWN: EpochSizes = { stepsPerEpoch: null, sheetsPerEpoch: null, sheetsPerStep: null };

/** The positions of rows with these steps and epochs; their seconds are ten times the step. */
function positions(axis: CurveAxis, steps: number[], epochs: number[], sizes: Partial<EpochSizes>): number[] {
  const metrics = {
    steps: Float64Array.from(steps),
    epochs: Float64Array.from(epochs),
    seconds: Float64Array.from(steps, (step) => 10 * step),
  } as unknown as MetricColumns;
  return [...axisValues(metrics, axis, { ...UNKNOWN, ...sizes })];
}

const [STEPS, EPOCHS] = [
  [1, 2, 3, 4, 5, 6],
  [1, 1, 1, 2, 2, 2],
];

test("time and steps are those of the rows; without the sizes, sheets are steps and epochs are whole", () => {
  for (const sizes of [{}, { stepsPerEpoch: 3 }]) {
    expect(positions("time", STEPS, EPOCHS, sizes)).toEqual([10, 20, 30, 40, 50, 60]);
    expect(positions("step", STEPS, EPOCHS, sizes)).toEqual(STEPS);
  }
  expect(positions("sheets", STEPS, EPOCHS, { sheetsPerEpoch: 5 })).toEqual(STEPS);
  expect(positions("epoch", STEPS, EPOCHS, {})).toEqual(EPOCHS);
  expect(positions("epoch", [], [], { stepsPerEpoch: 3 })).toEqual([]);
});

test("an epoch grows from step to step and reaches its number at its last one", () => {
  const epoch = (steps: number[], epochs: number[], stepsPerEpoch = 4) =>
    positions("epoch", steps, epochs, { stepsPerEpoch });
  expect(epoch([1, 2, 3, 4, 6, 8], [1, 1, 1, 1, 2, 2])).toEqual([0.25, 0.5, 0.75, 1, 1.5, 2]);
  expect(epoch([10, 12], [3, 3])).toEqual([2.5, 3]); // the record begins in the third epoch
  expect(epoch([1, 3, 4, 5], [1, 1, 2, 2])).toEqual([0.25, 0.75, 1.25, 1.5]); // the first ended after 3 steps
  expect(epoch([4, 5, 6, 8], [1, 1, 2, 2])).toEqual([1, 1, 1.25, 1.75]); // the first had more steps
});

test("sheets are those of all epochs so far, of which the last step may have fewer", () => {
  const sizes = { stepsPerEpoch: 3, sheetsPerEpoch: 5, sheetsPerStep: 2 };
  expect(positions("sheets", STEPS, EPOCHS, sizes)).toEqual([2, 4, 5, 7, 9, 10]);
  expect(positions("sheets", STEPS, EPOCHS, { ...sizes, sheetsPerStep: null, sheetsPerEpoch: 6 })).toEqual([
    2, 4, 6, 8, 10, 12,
  ]);
  expect(positions("sheets", STEPS, EPOCHS, { stepsPerEpoch: 3 })).toEqual(STEPS);
});
