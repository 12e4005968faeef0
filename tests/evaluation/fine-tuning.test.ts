/** Tests the comparison of weights before and after a training. */

import { expect, test } from "bun:test";
import { parseRange } from "../../core/base/range.ts";
import { fineTuning, fineTuningText } from "../../core/evaluation/fine-tuning.ts";
import type { EvaluationSheet } from "../../core/evaluation/load-split.ts";

const tables = (...ranges: string[]) => ranges.map((range) => ({ range: parseRange(range)!, score: 0.9 }));

function sheet(fileName: string, ...ranges: string[]): EvaluationSheet {
  return {
    dataset: "own",
    fileName,
    sheetName: "Data",
    label: `own/${fileName}/Data`,
    grid: { height: 30, width: 10 } as EvaluationSheet["grid"], // not looked at
    ranges: ranges.map((range) => parseRange(range)!),
    path: `/own/files/${fileName}`,
    tables: [],
    pivots: [],
    origin: null,
    confidence: null,
  };
}

test("fineTuning() has F1 of both, and the sheets that are still wrong, those with a missed table first", () => {
  const sheets = [sheet("right.xlsx", "A1:C5"), sheet("near.xlsx", "A1:C5"), sheet("missed.xlsx", "A1:C5")];
  const before = [tables(), tables("A1:C5"), tables()];
  const after = [tables("A1:C5"), tables("A1:C6"), tables()];
  const result = fineTuning(sheets, before, after, { folds: null, split: "test" });
  expect(result.before).toMatchObject({ f1_eob_2: 0.5, f1_eob_0: 0.5 });
  expect(result.after.f1_eob_2).toBeCloseTo(0.8, 10);
  expect(result.after.f1_eob_0).toBeCloseTo(0.4, 10);
  expect(result.sheets).toEqual([
    { workbook: "missed.xlsx", sheet: "Data", tables: ["A1:C5"], found: [], worst_eob: null },
    { workbook: "near.xlsx", sheet: "Data", tables: ["A1:C5"], found: ["A1:C6"], worst_eob: 1 },
  ]);
  const text = fineTuningText(result);
  expect(text).toContain("on the 3 sheets of the test split");
  expect(text).toContain("2 sheets not yet right in every cell");
});

test("fineTuningText() warns of figures on sheets that the epoch was chosen by", () => {
  const of = (split: "test" | "validation") =>
    fineTuningText(fineTuning([sheet("a.xlsx", "A1:C5")], null, [tables("A1:C5")], { folds: null, split }));
  expect(of("validation")).toContain("expect less elsewhere");
  expect(of("test")).not.toContain("expect less elsewhere");
  expect(of("test")).not.toContain("before");
});
