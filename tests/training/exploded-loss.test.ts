/** Tests when a loss counts as exploded. */

import { expect, test } from "bun:test";
import { hasExploded } from "../../core/training/exploded-loss.ts";

const lowest = (loss: number) => ({ lowest: { epoch: 1, loss } });

test("hasExploded() is true for a thousand times the lowest loss of an epoch", () => {
  expect(hasExploded(9_900, lowest(10))).toBe(false);
  expect(hasExploded(10_100, lowest(10))).toBe(true);
  expect(hasExploded(Number.NaN, lowest(10))).toBe(true);
});

test("hasExploded() does not take a setback from next to nothing for one", () => {
  expect(hasExploded(40, lowest(1e-5))).toBe(false);
});

test("hasExploded() knows nothing in the first epoch", () => {
  expect(hasExploded(1e30, { lowest: null })).toBe(false);
});
