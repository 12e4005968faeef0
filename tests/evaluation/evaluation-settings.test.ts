/** Tests which sheets an evaluation reads. */

import { expect, test } from "bun:test";
import { evaluationSettings } from "../../core/evaluation/evaluation-settings.ts";

const TRAINED = { dataset_names: ["one", "two"], dataset_repeats: [4, 1], split_seed: 7, max_rows: 64 };

test("an evaluation has the split of the training, and reads sheets that the training would crop", () => {
  const { dataset_names, split_seed, max_rows } = evaluationSettings(TRAINED, []);
  expect({ dataset_names, split_seed }).toEqual({ dataset_names: ["one", "two"], split_seed: 7 });
  expect(max_rows).toBeGreaterThan(64);
});

test("an evaluation of other datasets needs no numbers of repeats for them", () => {
  expect(evaluationSettings(TRAINED, ["--data.dataset_names=three"]).dataset_names).toEqual(["three"]);
});
