/** Tests the order of an epoch's sheets. */

import { expect, test } from "bun:test";
import { planEpoch, stepsPerEpoch } from "../../core/training/epoch-plan.ts";

const options = { sheets: 21, batchSize: 2, accumulationSteps: 4, seed: 7 };

test("planEpoch() visits every sheet exactly once", () => {
  const visited = planEpoch(1, options).flat(2);
  expect(visited.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 21 }, (_, index) => index));
});

test("planEpoch() leaves what is over to a smaller last step and micro-batch", () => {
  const sizes = planEpoch(1, options).map((step) => step.map((batch) => batch.length));
  expect(sizes).toEqual([
    [2, 2, 2, 2],
    [2, 2, 2, 2],
    [2, 2, 1],
  ]);
  expect(stepsPerEpoch(options)).toBe(3);
});

test("planEpoch() depends on seed and epoch alone", () => {
  expect(planEpoch(3, options)).toEqual(planEpoch(3, options));
  expect(planEpoch(3, options)).not.toEqual(planEpoch(4, options));
  expect(planEpoch(3, options)).not.toEqual(planEpoch(3, { ...options, seed: 8 }));
});
