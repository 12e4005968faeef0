/** Tests that predictions are known again by their shape, and nothing else is taken for them. */

import { expect, test } from "bun:test";
import { isOwnPrediction } from "../../core/prediction/own-predictions.ts";
import { FORMATS, predictionFormat } from "../../core/prediction/prediction-format.ts";
import type { WorkbookOutcome } from "../../core/prediction/workbook-prediction.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const range = { top: 1, left: 1, bottom: 9, right: 4 };
const table = { range, score: 0.91 };
const sheet = { part: null, hidden: false, lookedAt: null };
const found = (sheets: object[]): WorkbookOutcome => ({
  kind: "found",
  sheets: sheets.map((each) => ({ ...sheet, sheet: "A sheet", tables: [], ...each })),
  notes: [],
  problems: [],
});
const OUTCOMES = [
  found([{ tables: [table, table] }, {}, { hidden: true, lookedAt: range }]),
  found([{ hidden: true, tables: [table] }]),
  found([]),
];

test("isOwnPrediction() knows what each format writes, and not what the others do", () => {
  using folder = temporaryFolder("own");
  for (const name of FORMATS) {
    const format = predictionFormat(name, { mode: "model", weights: "abc", threshold: null });
    const facts = { mode: "model", checkpoint: "a, b.pt", score_threshold: 0.5 };
    const files = OUTCOMES.map((outcome, index) => format.file(`a b ${index}.xlsx`, outcome, index));
    const path = folder.write(name, [format.start(facts), ...files, format.end()].join(""));
    for (const other of FORMATS) {
      expect([name, other, isOwnPrediction(path, other)]).toEqual([name, other, name === other]);
    }
  }
});

test("isOwnPrediction() takes no other file for predictions", () => {
  using folder = temporaryFolder("own");
  for (const text of [
    "to do\n\nbuy milk\n",
    "a.xlsx\nb.xlsx\n",
    "file,sheet,range,score,mine\r\n",
    "file,sheet\n",
    '{"mode":"dark"}',
    "PK\u0003\u0004",
    "a.xlsx\n  Sheet1\n    A1:B2  0.90",
  ]) {
    const path = folder.write("file", text);
    for (const name of FORMATS) expect([text, isOwnPrediction(path, name)]).toEqual([text, false]);
  }
  expect(isOwnPrediction(folder.join("absent"), "csv")).toBe(false);
});
