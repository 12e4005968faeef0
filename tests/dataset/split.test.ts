/** Tests into which split a workbook falls. */

import { expect, test } from "bun:test";
import { assignSplits, splitPosition } from "../../core/dataset/split.ts";
import { annotations, SPLIT_OPTIONS } from "./split-annotations.ts";

test("splitPosition() is the first 32 bits of md5(name_seed) over 2^32", () => {
  // printf 'a.xlsx_42' | md5sum
  expect(splitPosition("a.xlsx", 42)).toBe(0x92a6cf45 / 2 ** 32);
  expect(splitPosition("größe.xlsx", 0)).toBe(0x23c3de5d / 2 ** 32);
});

test("assignSplits() keeps the sheets of a workbook together and comes near the ratios", () => {
  const all = annotations(4000);
  const splits = assignSplits(all, SPLIT_OPTIONS);
  for (let index = 0; index < splits.length; index += 2) expect(splits[index]).toBe(splits[index + 1]!);
  const share = (split: string) => splits.filter((each) => each === split).length / splits.length;
  expect(share("train")).toBeWithin(0.77, 0.83);
  expect(share("validation")).toBeWithin(0.08, 0.12);
  expect(share("test")).toBeWithin(0.08, 0.12);
});

test("assignSplits() moves no file when others are added or removed", () => {
  const all = annotations(200);
  const splits = assignSplits(all, SPLIT_OPTIONS);
  const some = all.filter((_, index) => index % 4 > 1);
  expect(assignSplits(some, SPLIT_OPTIONS)).toEqual(splits.filter((_, index) => index % 4 > 1));
});

test("assignSplits() gives another split for another seed", () => {
  expect(assignSplits(annotations(200), { ...SPLIT_OPTIONS, split_seed: 1 })).not.toEqual(
    assignSplits(annotations(200), SPLIT_OPTIONS),
  );
});

test("assignSplits() respects a published split and divides the rest in proportion", () => {
  const all = annotations(4000, (index) =>
    index % 8 < 2 ? "testing_set" : index % 8 < 4 ? null : "training_set",
  );
  const splits = assignSplits(all, SPLIT_OPTIONS);
  for (const [index, split] of splits.entries()) expect(split === "test").toBe(index % 8 < 2);
  const rest = splits.filter((split) => split !== "test");
  expect(rest.filter((split) => split === "train").length / rest.length).toBeWithin(0.86, 0.92); // 8/9
  for (const [index, { fileName }] of all.entries()) {
    if (splits[index] === "test") continue;
    expect(splits[index]).toBe(splitPosition(fileName, 42) < 0.8 / 0.9 ? "train" : "validation");
  }
});

test("assignSplits() passes over split codes where respect_split_code is off", () => {
  const published = annotations(100, () => "testing_set");
  expect(assignSplits(published, { ...SPLIT_OPTIONS, respect_split_code: false })).toEqual(
    assignSplits(annotations(100), SPLIT_OPTIONS),
  );
});

test("assignSplits() has no validation split where val_ratio is 0", () => {
  const options = { ...SPLIT_OPTIONS, train_ratio: 0.9, val_ratio: 0 };
  const published = annotations(200, (index) => (index < 20 ? "testing_set" : null));
  expect(assignSplits(annotations(200), options)).not.toContain("validation");
  expect(assignSplits(published, options)).not.toContain("validation");
});

test("assignSplits() keeps the workbooks of a source together with split_by: source", () => {
  const all = annotations(200).map((each, index) => ({ ...each, source: `collection ${index % 17}` }));
  const splits = assignSplits(all, { ...SPLIT_OPTIONS, split_by: "source", test_ratio: 0, val_ratio: 0.2 });
  for (const [, ofSource] of Map.groupBy(splits.entries(), ([index]) => all[index]!.source)) {
    expect(new Set(ofSource.map(([, split]) => split)).size).toBe(1);
  }
  expect(new Set(splits)).toEqual(new Set(["train", "validation"]));
});

test("assignSplits() divides a dataset of a single source, or of none, by workbook", () => {
  const byWorkbook = assignSplits(annotations(200), SPLIT_OPTIONS);
  const one = annotations(200).map((each) => ({ ...each, source: "one" }));
  expect(assignSplits(one, { ...SPLIT_OPTIONS, split_by: "source" })).toEqual(byWorkbook);
  expect(assignSplits(annotations(200), { ...SPLIT_OPTIONS, split_by: "source" })).toEqual(byWorkbook);
});
