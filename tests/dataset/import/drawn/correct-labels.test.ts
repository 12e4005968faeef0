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
  const result = correctLabels(Buffer.from(text), labels, (name) => name === "a.xlsx");
  const lines = result.file.toString().trimEnd().split("\n");
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

test("correctLabels() leaves the line of a sheet that has no label beside one of nearly the same name", () => {
  // "Data" may be hidden, or have no rectangle.
  expect(corrected(["Data"], [{ ...drawn("Data ", "A1:C9"), hasTwin: true }])).toEqual([
    ["Data", "A1:B2"],
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

test("correctLabels() leaves all other lines to the byte, with their ends", () => {
  const line = (sheet: string, range: string) => JSON.stringify(label("a.xlsx", sheet, [range]));
  const [mark, corrected, added] = ["\ufeff", line("S", "A1:C7"), line("New", "A1:C9")];
  const other = Buffer.concat([Buffer.from('{"note": "caf'), Buffer.of(0xe9), Buffer.from('"}\r\n\r\n')]);
  const file = Buffer.concat([Buffer.from(`${mark}${line("S", "A1:B2")}\r\n`), other]);
  const drawnToo = (text: string) => text.replace(/}$/, ',"label_origin":"drawn"}');
  const result = correctLabels(file, [drawn("S", "A1:C7"), drawn("New", "A1:C9")], () => true);
  const [first, last] = [`${mark}${drawnToo(corrected)}\r\n`, `${drawnToo(added)}\r\n`];
  expect(result.file).toEqual(Buffer.concat([Buffer.from(first), other, Buffer.from(last)]));
  expect(correctLabels(Buffer.alloc(0), [], () => true).file).toHaveLength(0);
  const unended = correctLabels(Buffer.from("{}"), [], () => true);
  expect(unended.file.toString()).toBe("{}\n");
});
