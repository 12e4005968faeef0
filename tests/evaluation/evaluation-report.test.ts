/** Tests the figures of a report against counts by hand. */

import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type EvaluationFacts, evaluationReport } from "../../core/evaluation/evaluation-report.ts";
import type { EvaluationSheet, LoadedSplit } from "../../core/evaluation/load-split.ts";
import { reportPage } from "../../core/evaluation/page/report-page.ts";
import { sheetCards } from "../../core/evaluation/page/sheet-card.ts";
import { reportText } from "../../core/evaluation/report-text.ts";
import type { PackedGrid } from "../../core/features/packed-grid.ts";
import { picture, ranges } from "../support/picture.ts";

const FACTS: EvaluationFacts = {
  mode: "model",
  checkpoint: "best.pt",
  device: "js",
  score_threshold: 0.5,
  datasets: ["tiny"],
  split: "test",
  max_rows: 100,
  max_cols: 50,
};

function sheet(
  name: string,
  grid: PackedGrid,
  truth: string,
  more: Partial<EvaluationSheet> = {},
): EvaluationSheet {
  return {
    dataset: "tiny",
    fileName: "a & b.xlsx",
    sheetName: name,
    label: `tiny/a & b.xlsx/${name}`,
    path: "/nowhere/a & b.xlsx",
    grid,
    ranges: ranges(truth),
    tables: [],
    pivots: [],
    origin: null,
    confidence: "high",
    ...more,
  };
}

const BLOCK = picture("xxx...", "999...", "999...", "......", "....xx", "....99", "....99");
/** Found as it is; missed with a false one beside it; without tables; found with EoB 1. */
const SHEETS = [
  sheet("right", BLOCK, "A1:C3 E5:F7"),
  sheet("wrong", BLOCK, "A1:C3"),
  sheet("none", picture("x"), "", { confidence: "medium" }),
  sheet("near", BLOCK, "A1:C3"),
];
const LOADED: LoadedSplit = {
  sheets: SHEETS,
  workbooks: 1,
  skipped: [{ file: "tiny/c.xlsx", reason: "broken" }],
  notes: ["tiny/a: cropped"],
};
const found = (...texts: string[]) =>
  texts.map((text) => ranges(text).map((range, i) => ({ range, score: 0.9 - i / 10 })));
const REPORT = evaluationReport(FACTS, LOADED, found("A1:C3 E5:F7", "E5:F7", "", "A1:C4"));

test("evaluationReport() counts sheets, tables and predictions, and compares with connected blocks", () => {
  expect(REPORT.counts).toEqual({
    workbooks: 1,
    sheets: 4,
    sheets_without_tables: 1,
    tables: 4,
    predicted: 4,
  });
  expect(REPORT.scores.map(({ tables }) => tables.matched)).toEqual([2, 3, 3]);
  // Connected blocks find A1:C3 and E5:F7 on three sheets: 4 of 6 are true.
  expect(REPORT.baseline[0]!.tables).toMatchObject({ truth: 4, predicted: 6, matched: 4, recall: 1 });
});

test("evaluationReport() says what became of every table, with ranges as people write them", () => {
  expect(REPORT.errors.truth).toEqual({ exact: 2, near: 1, edge: 0, joined: 0, split: 0, missed: 1 });
  expect(REPORT.errors.predicted).toEqual({
    exact: 2,
    near: 1,
    edge: 0,
    joined: 0,
    split: 0,
    duplicate: 0,
    false: 1,
  });
  expect(REPORT.sheets[3]).toEqual({
    dataset: "tiny",
    file: "a & b.xlsx",
    sheet: "near",
    rows: 7,
    columns: 6,
    truth: [{ range: "A1:C3", kind: "near", predicted: "A1:C4", eob: 1 }],
    predicted: [{ range: "A1:C4", score: 0.9, kind: "near" }],
    baseline: ["A1:C3", "E5:F7"],
    mistakes: [2, 0, 0],
  });
});

test("evaluationReport() puts the sheet with the most mistakes first and leaves out those without any", () => {
  expect(REPORT.worst).toEqual([1, 3]);
});

test("evaluationReport() groups sheets by their tables, size and confidence; what no label says is no group", () => {
  const { groups } = REPORT;
  expect(groups.tables_per_sheet.map(({ name, sheets }) => [name, sheets])).toEqual([
    ["0", 1],
    ["1", 2],
    ["2", 1],
  ]);
  expect(groups.tables_per_sheet[0]!.scores[2]!.tables).toMatchObject({ precision: 1, recall: 1, f1: 1 });
  expect(groups.sheet_size.map(({ name, sheets }) => [name, sheets])).toEqual([
    ["small (under 500 cells)", 4],
  ]);
  expect(groups.confidence.map(({ name, sheets }) => [name, sheets])).toEqual([
    ["high", 3],
    ["medium", 1],
  ]);
  expect([groups.label_origin, groups.dataset]).toEqual([[], []]);
});

test("evaluationReport() counts at every score where a second pass gave the tables at low scores", () => {
  const swept = found("A1:C3 E5:F7", "E5:F7 A1:C3", "A1:A1", "A1:C3");
  const { thresholds } = evaluationReport(FACTS, LOADED, found("", "", "", ""), swept);
  expect(thresholds!.map(({ score_threshold }) => score_threshold)).toEqual(
    Array.from({ length: 19 }, (_, i) => (i + 1) / 20),
  );
  const at = (score: number) => thresholds!.find((row) => row.score_threshold === score)!.scores[0]!;
  expect(at(0.05)).toMatchObject({ eob: 0, precision: 4 / 6, recall: 1 });
  expect(at(0.85)).toMatchObject({ precision: 2 / 4, recall: 2 / 4 });
  expect(at(0.95)).toMatchObject({ precision: 0, recall: 0, eob_mean: null });
});

test("evaluationReport() says how well scores agree with precision, at lower scores too if there are any", () => {
  // Right at 0.9, 0.8 and 0.9, wrong at 0.9.
  expect(REPORT.calibration).toMatchObject({ eob: 2, score_threshold: 0.5, predicted: 4 });
  expect(REPORT.calibration!.error).toBeCloseTo((0.2 + 3 * (0.9 - 2 / 3)) / 4, 10);
  expect(reportText(REPORT, 0)).toContain(
    "expected calibration error: 0.225 at EoB 2, over 4 predictions with scores from 0.500",
  );
  const swept = evaluationReport(FACTS, LOADED, found("", "", "", ""), found("A1:C3", "", "", ""));
  expect(swept.calibration).toMatchObject({ score_threshold: 0.05, predicted: 1 });
  const excel = evaluationReport({ ...FACTS, score_threshold: null }, LOADED, found("A1:C3", "", "", ""));
  expect([excel.calibration, reportText(excel, 0).includes("calibration")]).toEqual([null, false]);
});

test("docs/evaluation.md has every key of the JSON document", () => {
  const page = readFileSync(join(import.meta.dir, "../../docs/evaluation.md"), "utf8");
  const document = page.slice(page.indexOf("## The JSON document"));
  const keys = [
    REPORT,
    REPORT.groups,
    REPORT.counts,
    REPORT.sheets[0]!,
    REPORT.sheets[0]!.truth[0]!,
    REPORT.scores[0]!,
  ];
  for (const key of keys.flatMap(Object.keys)) expect(document).toMatch(new RegExp(`\\b${key}\\b`));
  const kinds = [...Object.keys(REPORT.errors.truth), ...Object.keys(REPORT.errors.predicted)];
  for (const kind of kinds) expect(document).toContain(`\`${kind}\``);
});

test("reportText() shows figures beside connected blocks, groups, kinds of mistakes and the worst sheets", () => {
  const text = reportText(REPORT, 1);
  expect(text).toContain("tiny, test split: 4 sheets of 1 workbook, 4 tables, 1 without any; 1 left out");
  expect(text).toMatch(/over tables, EoB 0 +0\.500 +0\.500 +0\.500 +0\.00 +0\.667 +1\.000 +0\.800 +0\.00/);
  expect(text).toContain("true tables: 2 exact, 1 off by 1–2, 0 off by more, 0 joined, 0 split, 1 missed");
  expect(text).toContain(
    "worst sheets (1 of 2 with mistakes)\ntiny/a & b.xlsx/wrong: 2 mistakes at EoB 2, 2 at EoB 0",
  );
  expect(text).toMatch(/missed +A1:C3\n {2}false +E5:F7 \(score 0\.90\)$/);
  expect(reportText(REPORT, 0)).not.toContain("worst sheets");
});

test("reportPage() draws every sheet, those with mistakes first, and fetches nothing", async () => {
  const cards = await sheetCards(REPORT.sheets, SHEETS, { texts: false });
  const page = reportPage(REPORT, cards).join("");
  const names = [...page.matchAll(/<article data-kinds="([^"]*)" data-name="([^"]*)"/g)];
  expect(names.map(([, kinds, name]) => [name, kinds])).toEqual([
    ["tiny/a &amp; b.xlsx/wrong", "all mistake missed false"],
    ["tiny/a &amp; b.xlsx/near", "all mistake near"],
    ["tiny/a &amp; b.xlsx/right", "all right"],
    ["tiny/a &amp; b.xlsx/none", "all right"],
  ]);
  expect(page.match(/<rect [^>]*class="truth/g)).toHaveLength(4);
  expect(page.match(/<rect [^>]*class="pred/g)).toHaveLength(4);
  expect(page).not.toMatch(/https?:|<link|<img|src=|url\(|@import/);
});
