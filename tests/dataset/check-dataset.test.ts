/** Tests what is found wrong with labels, and with a dataset as a whole. */

import { expect, test } from "bun:test";
import { existsSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../core/base/problem.ts";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { parseRange, type Range } from "../../core/base/range.ts";
import { checkDataset, type DatasetCheck } from "../../core/dataset/checks/check-dataset.ts";
import { checkRegions } from "../../core/dataset/checks/check-regions.ts";
import { loadDatasets } from "../../core/dataset/load-datasets.ts";
import { datasetPaths } from "../../core/dataset/locate-dataset.ts";
import { collectStatistics } from "../../core/dataset/statistics/collect-statistics.ts";
import { statisticsText } from "../../core/dataset/statistics/statistics-text.ts";
import { readWorkbook } from "../../core/excel/read-workbook.ts";
import type { SheetLayout } from "../../core/excel/write/workbook-layout.ts";
import { encodeWorkbook } from "../../core/excel/write/write-workbook.ts";
import { featuriseSheet } from "../../core/features/featurise.ts";
import type { PackedGrid } from "../../core/features/packed-grid.ts";
import { filledSheet, label, trainOnAll, writeDataset } from "../support/dataset-folder.ts";
import { messyDataset } from "../support/messy-dataset.ts";
import { skipped } from "../support/skipped.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const ranges = (...texts: string[]): Range[] => texts.map((text) => parseRange(text)!);

async function gridOf(layout: SheetLayout): Promise<PackedGrid> {
  const { sheets } = await readWorkbook({ name: "test.xlsx", bytes: encodeWorkbook({ sheets: [layout] }) });
  return featuriseSheet(sheets[0]!, "test.xlsx", { maxRows: 100, maxCols: 100 }).grid!;
}

/** Data in B2:C4, a border in D5, data far off in H20. */
const SPARSE: SheetLayout = {
  name: "Data",
  cells: [
    ...[2, 3, 4].flatMap((row) => [2, 3].map((column) => ({ row, column, value: row * column }))),
    { row: 5, column: 4, value: null, style: { border: { bottom: "thin" } } },
    { row: 20, column: 8, value: "end" },
  ],
};

test("checkRegions() accepts tight tables, even where only a border fills the last row and column", async () => {
  expect(checkRegions(ranges("B2:D5"), await gridOf(SPARSE))).toEqual([]);
  expect(checkRegions(ranges("B2:C4"), await gridOf(SPARSE))).toEqual([]);
});

test("checkRegions() names overlaps, tables without data, single cells and empty outer rows with the tight range", async () => {
  const grid = await gridOf(SPARSE);
  const messages = (...texts: string[]) => checkRegions(ranges(...texts), grid);
  expect(messages("A1:C4")).toEqual([
    { message: "the table A1:C4 has empty outer rows or columns", fix: "B2:C4" },
  ]);
  expect(messages("D6:F9")).toEqual([{ message: "the table D6:F9 holds no data" }]);
  expect(messages("H20")).toEqual([{ message: "the table H20:H20 is a single cell" }]);
  expect(messages("B2:C3", "B3:C4").map(({ message }) => message)).toEqual([
    "the tables B2:C3 and B3:C4 share 2 cells",
  ]);
});

test("checkDataset() counts a sheet once: of lines whose names differ in blanks or case, the exact one", async () => {
  using root = temporaryFolder("datasets");
  writeDataset(root.path, "twice", { "a.xlsx": [filledSheet("Data", 9, 4), filledSheet("data ", 9, 4)] }, [
    label("a.xlsx", " DATA", ["A1:D5"]), // may mean either
    label("a.xlsx", "data ", ["A1:D6"]),
  ]);
  writeDataset(root.path, "alike", { "a.xlsx": [filledSheet("Data", 9, 4)] }, [
    label("a.xlsx", "data", ["A1:D5"]),
    label("a.xlsx", "Data", ["A1:D6"]),
    label("a.xlsx", "Data ", ["A1:D7"]),
  ]);
  const check = (name: string) => checkDataset(datasetPaths(root.path, name), trainOnAll(root.path, name));
  const alike = await check("alike");
  expect(alike.errors.map(({ line, message }) => [line, message.split("; ")[0]])).toEqual([
    [1, 'Cannot use the sheet: line 2 is about the same sheet, "Data", and counts'],
    [3, 'Cannot use the sheet: line 2 is about the same sheet, "Data", and counts'],
  ]);
  expect(alike.splits.train).toMatchObject({ sheets: 1, tables: 1, leftOut: 2 });
  expect(alike.unlabelledSheets).toBe(0);
  expect((await check("twice")).errors.map(({ line }) => line)).toEqual([1]);
  const { train, skipped: left } = await loadDatasets(trainOnAll(root.path, "alike"));
  expect(train.map(({ ranges: found }) => found)).toEqual([ranges("A1:D6")]);
  expect(left).toHaveLength(2);
});

test("checkDataset() counts no sheet as unlabelled whose line differs in case alone", async () => {
  using root = temporaryFolder("datasets");
  writeDataset(root.path, "mine", { "a.xlsx": [filledSheet("Data", 9, 4), filledSheet("Other", 9, 4)] }, [
    label("a.xlsx", "data", ["A1:D5"]),
  ]);
  const found = await checkDataset(datasetPaths(root.path, "mine"), trainOnAll(root.path, "mine"));
  expect([found.errors, found.unlabelledSheets]).toEqual([[], 1]);
});

test("a line that is marked as skipped counts where it has the exact name of the sheet", async () => {
  using root = temporaryFolder("datasets");
  writeDataset(root.path, "mine", { "a.xlsx": [filledSheet("Data", 9, 4), filledSheet("Other", 9, 4)] }, [
    label("a.xlsx", "data", ["A1:D5"]),
    { ...label("a.xlsx", "Data", []), skipped: true },
    label("a.xlsx", "Other", ["A1:D9"]),
    { ...label("a.xlsx", "other ", []), skipped: true },
  ]);
  const data = trainOnAll(root.path, "mine");
  const { errors } = await checkDataset(datasetPaths(root.path, "mine"), data);
  expect(errors.map(({ line, message }) => [line, message.split("; ")[0]])).toEqual([
    [1, 'Cannot use the sheet: line 2 is about the same sheet, "Data", and counts'],
  ]);
  expect((await loadDatasets(data)).train.map(({ sheetName }) => sheetName)).toEqual(["Other"]);
});

test("checkDataset() and loadDatasets() tell split codes that mean nothing", async () => {
  using root = temporaryFolder("datasets");
  writeDataset(root.path, "coded", { "a.xlsx": [filledSheet("S", 3, 3), filledSheet("T", 3, 3)] }, [
    label("a.xlsx", "S", ["A1:C3"], "test"),
    label("a.xlsx", "T", ["A1:C3"], "test"),
  ]);
  const data = trainOnAll(root.path, "coded");
  const { errors, warnings } = await checkDataset(datasetPaths(root.path, "coded"), data);
  expect([errors, warnings]).toMatchObject([
    [],
    [{ line: 1, message: 'the split_code "test" of 2 lines is passed over', got: "test" }],
  ]);
  expect(warnings[0]!.fix).toContain('"split_code": "testing_set"');
  expect((await loadDatasets(data)).notes).toEqual([
    expect.stringContaining('coded: the split_code "test" of 2 lines is passed over'),
  ]);
});

test("sheets that are marked as skipped are used by nothing, counted everywhere, and move no other sheet", async () => {
  using root = temporaryFolder("datasets");
  const book = [filledSheet("S", 3, 3), filledSheet("T", 3, 3)];
  const skip = (fileName: string, sheet: string) => ({ ...label(fileName, sheet, []), skipped: true });
  writeDataset(root.path, "mine", { "a.xlsx": book, "b.xlsx": book, "c.xlsx": book }, [
    label("a.xlsx", "S", ["A1:C3"]),
    skip("a.xlsx", "T"),
    skip("b.xlsx", "S"),
    skip("gone.xlsx", "S"),
  ]);
  const data = trainOnAll(root.path, "mine");
  const checked = await checkDataset(datasetPaths(root.path, "mine"), data);
  expect(checked).toMatchObject({
    errors: [],
    warnings: [],
    skippedSheets: 3,
    unlabelledSheets: 0,
    unlabelledWorkbooks: ["c.xlsx"],
  });
  expect(checked.splits.train).toMatchObject({ sheets: 1, leftOut: 0 });
  const loaded = await loadDatasets(data);
  expect(loaded.train.map((entry) => entry.label)).toEqual(["mine/a.xlsx/S"]);
  expect([loaded.annotated.train, loaded.skipped]).toEqual([1, []]);
  expect(loaded.notes).toEqual(["mine: 3 sheets left out, marked as skipped in the labels"]);
  const statistics = await collectStatistics(datasetPaths(root.path, "mine"), data, { splits: ["train"] });
  expect(statistics).toMatchObject({ sheets: 1, leftOut: 0, skipped: 3 });
  expect(statisticsText(statistics)).toContain("3 marked as skipped");
});

test("proposals that nobody has looked at are listed, and used with a note or left out", async () => {
  using root = temporaryFolder("datasets");
  const sheets = ["S", "T", "U", "V", "W"].map((name) => filledSheet(name, 3, 3));
  const proposal = (sheet: string, ranges: string[], proposed: string[], by = "a model") => ({
    ...label("a.xlsx", sheet, ranges),
    label_origin: `proposed by ${by}`,
    ...(proposed.length > 0 ? { proposed: proposed.map((range) => ({ range, score: 0.9 })) } : {}),
  });
  writeDataset(root.path, "mine", { "a.xlsx": sheets }, [
    proposal("S", ["A1:C3"], ["A1:C3"]),
    proposal("T", ["A1:C2"], ["A1:C3"]), // corrected in an editor
    proposal("U", [], []),
    proposal("V", ["A1:C3"], ["A1:C3"], "a person"), // a label that was taken back
    { ...label("a.xlsx", "W", ["A1:C3"]), label_origin: "person" },
  ]);
  const data = trainOnAll(root.path, "mine");
  const { unseen, errors, warnings } = await checkDataset(datasetPaths(root.path, "mine"), data);
  expect(unseen.map(({ line, where, got }) => [line, where, got])).toEqual([
    [1, 'a.xlsx, sheet "S"', "A1:C3"],
    [3, 'a.xlsx, sheet "U"', "no table"],
    [4, 'a.xlsx, sheet "V"', "A1:C3"],
  ]);
  expect([errors, warnings]).toEqual([[], []]);
  const used = await loadDatasets(data);
  expect([used.train.length, used.notes]).toEqual([
    5,
    [expect.stringContaining("mine: the labels of 3 sheets are proposals that nobody has looked at")],
  ]);
  const seen = await loadDatasets({ ...data, on_proposed_label: "skip" });
  expect(seen.train.map(({ sheetName }) => sheetName)).toEqual(["T", "W"]);
  expect([seen.annotated.train, seen.notes]).toEqual([
    2,
    ["mine: 3 sheets left out, whose labels are proposals that nobody has looked at"],
  ]);
});

test("a proposal that is left out does not take the place of a label of the same sheet", async () => {
  using root = temporaryFolder("datasets");
  const proposal = { ...label("a.xlsx", "Budget", []), label_origin: "proposed by a model" };
  const person = { ...label("a.xlsx", "budget", ["A1:C3"]), label_origin: "person" };
  writeDataset(root.path, "mine", { "a.xlsx": [filledSheet("Budget", 3, 3)] }, [proposal, person]);
  const data = trainOnAll(root.path, "mine");
  const paths = datasetPaths(root.path, "mine");
  const skip = { ...data, on_proposed_label: "skip" } as const;
  const checked = await checkDataset(paths, skip);
  expect([checked.errors, checked.unseen.length, checked.unlabelledSheets]).toEqual([[], 1, 0]);
  expect(checked.splits.train).toMatchObject({ sheets: 1, tables: 1, leftOut: 0 });
  const loaded = await loadDatasets(skip);
  expect(loaded.train.map(({ sheetName, ranges }) => [sheetName, ranges.length])).toEqual([["budget", 1]]);
  expect(loaded.skipped).toEqual([]);
  // A proposal that is used competes as any other line does.
  const used = await checkDataset(paths, data);
  expect(used.errors).toEqual([
    expect.objectContaining({ line: 2, message: expect.stringContaining("line 1 is about the same sheet") }),
  ]);
});

test("checkDataset() finds every fault of a dataset at once, each with its line", async () => {
  using root = temporaryFolder("datasets");
  messyDataset(root.path);
  const found = await checkDataset(datasetPaths(root.path, "mine"), trainOnAll(root.path, "mine"));
  const told = ({ errors, warnings }: DatasetCheck) => ({
    errors: errors.map(({ line, where, message }) => `${line} ${where ?? ""} ${message}`),
    warnings: warnings.map(({ line, message }) => `${line} ${message}`),
  });
  const { errors, warnings } = told(found);
  expect(errors).toEqual([
    expect.stringMatching(/^2 a\.xlsx, sheet "Dat" .*the workbook lacks it; did you mean "Data"\?/),
    expect.stringMatching(/^5 b\.xlsx, sheet "Other" .*the label names Z90:Z99, but the sheet ends at C3/),
    expect.stringMatching(/^6 c\.xlsx Cannot find the workbook/),
    expect.stringMatching(/^7 broken\.xlsx Cannot read the workbook/),
    expect.stringMatching(/^8 {2}Cannot use a second line about the same sheet/),
    expect.stringMatching(/^9 {2}Cannot read the line as a JSON object/),
  ]);
  expect(warnings).toEqual([
    "1 the tables A1:E5 and A4:E10 share 10 cells",
    "3 the sheet is left out: the sheet is empty",
    "4 the table A1:E12 reaches past the grid, clipped to A1:E10",
  ]);
  expect(found.splits.train).toEqual({ sheets: 2, workbooks: 2, tables: 3, withoutTables: 0, leftOut: 5 });
  expect(found.unlabelledWorkbooks).toEqual(["unused.xlsx"]);
  expect(found.unlabelledSheets).toBe(1);
});

test("checkDataset() warns where the same workbook is in two splits under two names", async () => {
  using root = temporaryFolder("datasets");
  const book = [filledSheet("Data", 6, 4)];
  const lines = [
    label("a.xlsx", "Data", ["A1:D6"], "training_set"),
    label("b.xlsx", "Data", ["A1:D6"], "testing_set"),
  ];
  writeDataset(root.path, "mine", { "a.xlsx": book, "b.xlsx": book }, lines);
  const { warnings } = await checkDataset(datasetPaths(root.path, "mine"), trainOnAll(root.path, "mine"));
  expect(warnings.map(({ line, message }) => `${line} ${message}`)).toEqual([
    "2 the same workbook as a.xlsx, which is in the train split; this one is in test",
  ]);
});

const REAL = join(PROJECT_ROOT, "..", "shared", "data", "real");
if (!existsSync(REAL)) skipped("check of the real workbooks", "no ../shared/data/real");

test.skipIf(process.platform !== "linux")(
  "checkDataset() reports workbooks and labels that the system does not read",
  async () => {
    using root = temporaryFolder("datasets");
    // A file of the system of which no byte can be read, whoever asks.
    const unreadable = "/proc/self/mem";
    writeDataset(root.path, "mine", { "c.xlsx": [filledSheet("Data", 6, 4)] }, [
      ...["a.xlsx", "b.xlsx", "c.xlsx"].map((name) => label(name, "Data", ["A1:D6"])),
    ]);
    const paths = datasetPaths(root.path, "mine");
    for (const name of ["a.xlsx", "b.xlsx"]) symlinkSync(unreadable, join(paths.files, name));
    const found = await checkDataset(paths, trainOnAll(root.path, "mine"));
    expect(found.errors.map(({ line }) => line)).toEqual([1, 2]);
    expect(found.splits.train).toMatchObject({ sheets: 1, leftOut: 2 });
    rmSync(paths.annotations);
    symlinkSync(unreadable, paths.annotations);
    const failed = await checkDataset(paths, trainOnAll(root.path, "mine")).catch((error) => error);
    expect(failed).toBeInstanceOf(UserError);
    expect((failed as UserError).message).toContain("Cannot read the annotations");
  },
);

test.skipIf(!existsSync(REAL))(
  "checkDataset() finds no fault in the real workbooks beside the project",
  async () => {
    const found = await checkDataset(datasetPaths(join(REAL, ".."), "real"), {
      ...trainOnAll(join(REAL, ".."), "real"),
      max_rows: 2000,
      max_cols: 200,
      cache: true,
    });
    expect(found.errors).toEqual([]);
    const { train, test: testing } = found.splits;
    expect([train.sheets, train.tables, testing.sheets, testing.tables]).toEqual([444, 621, 93, 120]);
  },
);
