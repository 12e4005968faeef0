/** Tests which epoch of a run is the best one. */

import { expect, test } from "bun:test";
import { isBetter } from "../../core/training/best-epoch.ts";

test("isBetter() takes the higher F1, whatever the losses are, and the first of equals", () => {
  expect(isBetter({ f1: 0.5, loss: 9 }, { f1: 0.25, loss: 1 })).toBe(true);
  expect(isBetter({ f1: 0.25, loss: 1 }, { f1: 0.5, loss: 9 })).toBe(false);
  expect(isBetter({ f1: 0.5, loss: 1 }, { f1: 0.5, loss: 2 })).toBe(false);
});

test("isBetter() takes the lower loss as long as no table is found", () => {
  expect(isBetter({ f1: 0, loss: 1 }, { f1: 0, loss: 2 })).toBe(true);
  expect(isBetter({ f1: 0, loss: 2 }, { f1: 0, loss: 2 })).toBe(false);
  expect(isBetter({ f1: 0, loss: Number.NaN }, { f1: 0, loss: 2 })).toBe(false);
});

test("isBetter() takes the first epoch", () => {
  expect(isBetter({ f1: 0, loss: 1 }, null)).toBe(true);
});
