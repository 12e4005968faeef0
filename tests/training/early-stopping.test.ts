/** Tests when a training stops early. */

import { expect, test } from "bun:test";
import { earlyStop } from "../../core/training/early-stopping.ts";

const settings = (change: Partial<Parameters<typeof earlyStop>[1]> = {}) => ({
  early_stopping_metric: "f1" as const,
  early_stopping_min_epochs: 0,
  early_stopping_patience: 3,
  ...change,
});

/** A run after `epoch`: the best F1 came in epoch 5, the lowest loss in epoch 7. */
const after = (epoch: number, f1 = 0.5) => ({
  epoch,
  best: { epoch: 5, metrics: { f1, loss: 2 } },
  lowest: { epoch: 7, loss: 1 },
  val: { f1: 0.25, loss: 3 },
});

test("earlyStop() waits for `patience` epochs after the best one, and says why", () => {
  const reasons = [5, 6, 7, 8, 9].map((epoch) => earlyStop(after(epoch), settings()));
  expect(reasons).toEqual([null, null, null, "no better F1 for 3 epochs", "no better F1 for 4 epochs"]);
  expect(earlyStop(after(6), settings({ early_stopping_patience: 1 }))).toBe("no better F1 for 1 epoch");
});

test("earlyStop() names the loss too where no table was ever found", () => {
  expect(earlyStop(after(8, 0), settings())).toBe(
    "no better F1 for 3 epochs, and no lower loss while it is 0",
  );
});

test("earlyStop() by loss counts from the epoch with the lowest one", () => {
  const byLoss = settings({ early_stopping_metric: "loss" });
  expect(earlyStop(after(9), byLoss)).toBeNull();
  expect(earlyStop(after(10), byLoss)).toBe("no lower validation loss for 3 epochs");
});

test("earlyStop() lets the least number of epochs pass in any case", () => {
  const least = settings({ early_stopping_min_epochs: 12 });
  expect(earlyStop(after(11), least)).toBeNull();
  expect(earlyStop(after(12), least)).toBe("no better F1 for 7 epochs");
});

test("earlyStop() never stops without patience or without a validation split", () => {
  expect(earlyStop(after(99), settings({ early_stopping_patience: null }))).toBeNull();
  const none = { epoch: 99, best: null, lowest: { epoch: 1, loss: 1 }, val: null };
  expect(earlyStop(none, settings())).toBeNull();
  expect(earlyStop(none, settings({ early_stopping_metric: "loss" }))).toBeNull();
});
