/** Tests the average of weights. */

import { expect, test } from "bun:test";
import { updateAverage } from "../../core/optim/weight-average.ts";

test("updateAverage() moves by 9/11 at the first step and by 1 - decay once the decay is reached", () => {
  const average = Float32Array.of(0, 11);
  updateAverage(average, Float32Array.of(11, 0), 0.999, 1);
  expect(average[0]).toBeCloseTo(9, 5);
  expect(average[1]).toBeCloseTo(2, 5);
  const late = Float32Array.of(0);
  updateAverage(late, Float32Array.of(1), 0.9, 1000);
  expect(late[0]).toBeCloseTo(0.1, 6);
});
