/** Tests when a training stops early. */

import { expect, test } from "bun:test";
import { shouldStopEarly } from "../../core/training/early-stopping.ts";

test("shouldStopEarly() waits for `patience` epochs after the best one", () => {
  expect([5, 6, 7, 8].map((epoch) => shouldStopEarly(epoch, 5, 3))).toEqual([false, false, false, true]);
});

test("shouldStopEarly() never stops without patience or without a validation split", () => {
  expect(shouldStopEarly(99, 1, null)).toBe(false);
  expect(shouldStopEarly(99, null, 1)).toBe(false);
});
