/** Tests which line of the annotations a label of an annotated copy corrects. */

import { expect, test } from "bun:test";
import { parseRange } from "../../../../core/base/range.ts";
import { correctLabels } from "../../../../core/dataset/import/drawn/correct-labels.ts";
import type { DrawnLabel } from "../../../../core/dataset/import/drawn/import-drawn.ts";
import { label } from "../../../support/dataset-folder.ts";

const drawn = (sheetName: string, range: string): DrawnLabel => ({
  fileName: "a.xlsx",
  sheetName,
  tables: [{ range: parseRange(range)!, fate: "kept" }],
});

/** The sheets and regions of all lines afterwards. */
function corrected(sheets: readonly string[], labels: readonly DrawnLabel[]): unknown[] {
  const text = sheets.map((name) => `${JSON.stringify(label("a.xlsx", name, ["A1:B2"]))}\n`).join("");
  const result = correctLabels(text, labels, (name) => name === "a.xlsx");
  const lines = result.text.trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line)).map((line) => [line.sheet_name, line.table_regions[0]]);
}

test("correctLabels() tells sheets whose names differ in blanks alone", () => {
  const labels = [drawn("Data", "A1:C7"), drawn("Data ", "A1:C9")];
  expect(corrected(["Data ", "Data"], labels)).toEqual([
    ["Data ", "A1:C9"],
    ["Data", "A1:C7"],
  ]);
  expect(corrected(["Data"], labels)).toEqual([
    ["Data", "A1:C7"],
    ["Data ", "A1:C9"],
  ]);
  // This name may mean either.
  expect(corrected(["DATA"], labels)).toEqual([
    ["DATA", "A1:B2"],
    ["Data", "A1:C7"],
    ["Data ", "A1:C9"],
  ]);
});

test("correctLabels() corrects the line that training uses, of several about one sheet", () => {
  expect(corrected(["data", "Data"], [drawn("Data", "A1:C7")])).toEqual([
    ["data", "A1:B2"],
    ["Data", "A1:C7"],
  ]);
  expect(corrected(["DATA", "data "], [drawn("Data", "A1:C7")])).toEqual([
    ["DATA", "A1:C7"],
    ["data ", "A1:B2"],
  ]);
});
