/** Tests which labels raise a doubt: by predictions, near copies, and edges with formatting alone. */

import { expect, test } from "bun:test";
import { UserError } from "../../../core/base/problem.ts";
import { parseRange, type Range } from "../../../core/base/range.ts";
import { checkDataset } from "../../../core/dataset/checks/check-dataset.ts";
import { CONFIDENT, disagreements } from "../../../core/dataset/checks/disagreement.ts";
import { formatEdges } from "../../../core/dataset/checks/format-edges.ts";
import { type ComparedSheet, nearCopies } from "../../../core/dataset/checks/near-copies.ts";
import { PredictedLabels, parsePredictedLabels } from "../../../core/dataset/checks/predicted-labels.ts";
import { readSheetTexts } from "../../../core/dataset/checks/sheet-texts.ts";
import { datasetPaths } from "../../../core/dataset/locate-dataset.ts";
import { readWorkbook } from "../../../core/excel/read-workbook.ts";
import type { CellLayout, SheetLayout } from "../../../core/excel/write/workbook-layout.ts";
import { encodeWorkbook } from "../../../core/excel/write/write-workbook.ts";
import { featuriseSheet } from "../../../core/features/featurise.ts";
import { filledSheet, label, trainOnAll, writeDataset } from "../../support/dataset-folder.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const ranges = (...texts: string[]): Range[] => texts.map((text) => parseRange(text)!);
const predicted = (...tables: [string, number][]) =>
  tables.map(([text, score]) => ({ range: parseRange(text)!, score }));

test("disagreements() names confident predictions that no labelled table is near, with what the label has there", () => {
  const found = disagreements(
    ranges("A1:C10", "F1:H10"),
    predicted(["A1:C12", 0.99], ["F1:H20", 0.97], ["A30:C40", CONFIDENT], ["A50:C60", 0.79]),
  );
  expect(found).toEqual([
    {
      message: "predicted is F1:H20 with score 0.97, the label has F1:H10",
      fix: "F1:H20, if that is right",
      score: 0.97,
    },
    {
      message: "predicted is A30:C40 with score 0.80, the label has no table there",
      fix: "A30:C40, if that is right",
      score: 0.8,
    },
  ]);
});

test("disagreements() names labelled tables that no prediction touches only where the network is sure", () => {
  const labelled = ranges("A1:C10", "F1:H10", "F20:H30");
  const missed = "the label has F1:H10, F20:H30, where no table is predicted";
  expect(disagreements(labelled, predicted(["A1:C10", 0.9]))).toEqual([{ message: missed, score: 0.9 }]);
  expect(disagreements(labelled, predicted(["A1:C10", 0.9], ["M1:N9", 0.5]))).toEqual([]);
  expect(disagreements(ranges("A1:C10"), [])).toEqual([
    { message: "the label has A1:C10, where no table is predicted", score: CONFIDENT },
  ]);
  expect(disagreements([], [])).toEqual([]);
});

test("parsePredictedLabels() reads predictions of folds and proposals, for any case of a sheet's name", () => {
  const found = parsePredictedLabels(
    [
      '\ufeff{"file_name": "a.xlsx", "sheet_name": "Data", "tables": [{"range": "A1:B2", "score": 0.5}]}\r',
      "\r",
      '{"file_name": "./b.xlsx", "sheet_name": "S", "table_regions": ["A1:A9"], "proposed": [{"range": "A1:B3", "score": null, "source": "blocks"}]}',
      '{"file_name": "b.xlsx", "sheet_name": "T", "table_regions": []}',
    ],
    "p.jsonl",
  );
  expect(found.get("a.xlsx", " DATA ")).toEqual(predicted(["A1:B2", 0.5]));
  expect(found.get("b.xlsx", "S")).toEqual(predicted(["A1:B3", 0]));
  expect(found.get("b.xlsx", "T")).toEqual([]);
  expect(found.get("b.xlsx", "U")).toBeUndefined();
});

test("PredictedLabels tells sheets whose names differ in blanks alone", () => {
  const found = new PredictedLabels();
  const [first, second] = [predicted(["A1:B2", 0.9]), predicted(["A1:B9", 0.9])];
  found.set("a.xlsx", "Data", first);
  found.set("a.xlsx", "Data ", second);
  expect(found.get("a.xlsx", "Data")).toEqual(first);
  expect(found.get("a.xlsx", "Data ")).toEqual(second);
  expect(found.get("a.xlsx", "data")).toBeUndefined();
});

test("parsePredictedLabels() names every line that it cannot use, with exit code 2", () => {
  const about = '"file_name": "a.xlsx", "sheet_name": "S"';
  const lines = [
    "{oops",
    `{${about}}`,
    `{${about}, "tables": [{"range": "A1", "score": 2}]}`,
    `{${about}, "tables": [{"range": "one", "score": 1}]}`,
    '{"sheet_name": "S", "tables": []}',
  ];
  try {
    parsePredictedLabels(lines, "p.jsonl");
    throw new Error("not refused");
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    expect([error.exitCode, error.problems.map(({ line }) => line)]).toEqual([2, [1, 2, 3, 4, 5]]);
    expect(error.problems.map(({ got }) => got?.slice(0, 50))).toEqual(
      lines.map((each) => each.slice(0, 50)),
    );
  }
});

const STYLE = { border: { bottom: "thin" } } as const;

test("formatEdges() names first rows and outer columns with formatting alone, and no prepared rows below", async () => {
  const filled = [2, 3, 4].flatMap((row) => [2, 3].map((column) => ({ row, column, value: "x" })));
  const bare = [1, 2, 3, 4, 5].flatMap((row) =>
    [1, 4].map((column) => ({ row, column, value: null, style: STYLE })),
  );
  const edge = [2, 3].flatMap((column) => [1, 5].map((row) => ({ row, column, value: null, style: STYLE })));
  const cells = [...filled, ...bare, ...edge].sort((a, b) => a.row - b.row || a.column - b.column);
  const bytes = encodeWorkbook({ sheets: [{ name: "S", cells: cells as CellLayout[] }] });
  const { sheets } = await readWorkbook({ name: "a.xlsx", bytes });
  const grid = featuriseSheet(sheets[0]!, "a.xlsx", { maxRows: 100, maxCols: 100 }).grid!;
  const messages = (text: string) => formatEdges(ranges(text), grid).map(({ message }) => message);
  expect(messages("B2:C4")).toEqual([]);
  expect(messages("B2:C5")).toEqual([]); // a prepared row
  expect(messages("B1:D4")).toEqual([
    "the first row and last column of the table B1:D4 has formatting alone",
  ]);
  expect(messages("A2:C4")).toEqual(["the first column of the table A2:C4 has formatting alone"]);
});

/** A report with a title, a header and so many rows of one month. */
function report(name: string, rows: number, month: string, titleRows = 1): SheetLayout {
  const title = Array.from({ length: titleRows }, (_, at) => ({
    row: 1 + at,
    column: 1,
    value: at === 0 ? `Sales in ${month}` : "all regions",
  }));
  const head = ["Region", "Product", "Seller", "Country", "Amount"].map((value, at) => {
    return { row: titleRows + 2, column: 1 + at, value };
  });
  const body = Array.from({ length: rows }, (_, at) =>
    [`region ${at % 20}`, `product ${at % 20}`, `seller ${at % 20}`, `land ${at % 20}`, at].map(
      (value, column) => ({ row: titleRows + 3 + at, column: 1 + column, value }),
    ),
  );
  return { name, cells: [...title, ...head, ...body.flat()] };
}

async function compared(entries: [SheetLayout, ...string[]][]): Promise<ComparedSheet[]> {
  using folder = temporaryFolder("near-copies");
  const sheets: ComparedSheet[] = [];
  for (const [at, [layout, ...texts]] of entries.entries()) {
    const path = folder.write(`${at}.xlsx`, encodeWorkbook({ sheets: [layout] }));
    const [found] = await readSheetTexts(path);
    sheets.push({ line: at + 1, where: `${at}.xlsx`, ranges: ranges(...texts), texts: found! });
  }
  return sheets;
}

test("nearCopies() reports a sheet whose twin has another label, and no month that is longer", async () => {
  const sheets = await compared([
    [report("May", 40, "May"), "A3:E43"],
    [report("June", 60, "June"), "A3:E63"],
    [report("July", 41, "July"), "A1:E44"], // with its title
    [report("August", 41, "August", 2), "A4:E45"], // a longer title
    [filledSheet("Other", 30, 4), "A1:D30"],
    [report("September", 41, "September"), "A3:E44", "G1:H9"],
    [report("October", 41, "October"), "A3:E43"], // without its last row
  ]);
  expect(nearCopies(sheets).map(({ sheet, twin }) => [sheet.line, twin.line])).toEqual([
    [3, 1],
    [6, 1],
    [7, 1],
  ]);
  const [july] = nearCopies(sheets);
  expect(july!.message).toBe(
    "its label is A1:E44; 0.xlsx, which has nearly the same texts, has A3:E43 (line 1)",
  );
  const right = sheets.filter(({ line }) => [1, 2, 4, 5].includes(line));
  expect(nearCopies(right)).toEqual([]);
});

test("checkDataset() lists doubts only where they are asked for: the surest prediction first, then copies", async () => {
  using root = temporaryFolder("doubts");
  const books = { "a.xlsx": [report("May", 40, "May")], "b.xlsx": [report("June", 40, "June")] };
  const odd = [filledSheet("Odd", 9, 9), filledSheet("Skipped", 9, 9)];
  writeDataset(root.path, "mine", { ...books, "c.xlsx": odd }, [
    label("a.xlsx", "May", ["A3:E43"]),
    label("b.xlsx", "june ", ["A1:E43"]),
    label("c.xlsx", "Odd", []),
    { ...label("c.xlsx", "Skipped", []), skipped: true },
  ]);
  const data = trainOnAll(root.path, "mine");
  const paths = datasetPaths(root.path, "mine");
  const plain = await checkDataset(paths, data);
  expect([plain.doubts, plain.compared]).toEqual([null, 0]);
  const labels = new PredictedLabels();
  labels.set("b.xlsx", "June", predicted(["A4:E43", 0.9]));
  labels.set("c.xlsx", "Odd", predicted(["A1:I9", 0.95]));
  labels.set("c.xlsx", "Skipped", predicted(["A1:I9", 1]));
  const { doubts, compared: count } = await checkDataset(paths, data, { doubts: { predicted: labels } });
  expect(count).toBe(2);
  expect(doubts!.map(({ line, message }) => `${line} ${message}`)).toEqual([
    "3 predicted is A1:I9 with score 0.95, the label has no table there",
    "2 predicted is A4:E43 with score 0.90, the label has A1:E43",
    '2 its label is A1:E43; a.xlsx, sheet "May", which has nearly the same texts, has A3:E43 (line 1)',
  ]);
  const alone = await checkDataset(paths, data, { doubts: { predicted: null } });
  expect([alone.compared, alone.doubts!.length]).toEqual([0, 1]);
});
