/** Tests how workbooks are dealt to folds, and the splits that a fold makes. */

import { expect, test } from "bun:test";
import { dealFolds } from "../../core/dataset/folds.ts";
import { assignSplits, splitPosition } from "../../core/dataset/split.ts";
import { annotations, SPLIT_OPTIONS } from "./split-annotations.ts";

const position = (unit: string) => splitPosition(unit, 42);

test("dealFolds() gives every fold about the same number of sheets, and none is empty", () => {
  const units = Array.from({ length: 40 }, (_, index) => `${Math.floor(Math.sqrt(index))}.xlsx`); // 1, 3, 5 …
  const foldOf = dealFolds(units, 3, position);
  const sizes = [1, 2, 3].map((fold) => units.filter((unit) => foldOf.get(unit) === fold).length);
  expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(13); // the largest workbook
  expect([...dealFolds(["a", "b", "c"], 3, position).values()].sort()).toEqual([1, 2, 3]);
});

test("dealFolds() does not depend on the order of the sheets", () => {
  const units = ["a", "b", "b", "c", "d", "d", "e"];
  expect(dealFolds(units.toReversed(), 3, position)).toEqual(
    new Map(units.toReversed().map((unit) => [unit, dealFolds(units, 3, position).get(unit)!])),
  );
});

test("assignSplits() validates every sheet in one fold, and leaves a published test split apart", () => {
  const all = annotations(20, (index) => (index < 4 ? "testing_set" : null));
  const splits = [1, 2, 3].map((fold) => assignSplits(all, { ...SPLIT_OPTIONS, fold: [fold, 3] }));
  for (const index of all.keys()) {
    const seen = splits.map((split) => split[index]!).sort();
    expect(seen).toEqual(
      index < 4 ? ["test", "test", "test"] : (["train", "train", "validation"] as typeof seen),
    );
  }
  for (const split of splits) {
    for (let index = 0; index < 20; index += 2) expect(split[index]).toBe(split[index + 1]!);
  }
});
