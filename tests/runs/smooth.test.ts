/** Tests the moving average. */

import { expect, test } from "bun:test";
import { smoothed } from "../../core/runs/smooth.ts";

test("smoothed() of equal values is these values, from the first one on", () => {
  const values = new Float64Array(50).fill(3);
  for (const value of smoothed(values, 0.9)) expect(value).toBeCloseTo(3, 12);
});

test("smoothed() weighs the past, keeps what is not finite, and with 0 changes nothing", () => {
  const values = Float64Array.of(1, Number.NaN, 3, Number.POSITIVE_INFINITY);
  // m₁ = 0.5·1, m₂ = 0.5·m₁ + 0.5·3; divided by 0.5 and 0.75.
  expect([...smoothed(values, 0.5)]).toEqual([1, Number.NaN, 1.75 / 0.75, Number.POSITIVE_INFINITY]);
  expect([...smoothed(values, 0)]).toEqual([...values]);
});
