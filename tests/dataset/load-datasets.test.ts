/** Tests how datasets are loaded: splits, crops, bad files, caches, signals. */

import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../core/base/problem.ts";
import type { DataOptions } from "../../core/config/data-options.ts";
import type { LoadProgress } from "../../core/dataset/dataset.ts";
import { type LoadOptions, loadDatasets } from "../../core/dataset/load-datasets.ts";
import { filledSheet, label, trainOnAll, writeDataset } from "../support/dataset-folder.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const BROKEN = Buffer.from("PK\u0003\u0004 this is no workbook");

async function failureOf(data: DataOptions, options?: LoadOptions): Promise<UserError> {
  try {
    await loadDatasets(data, options);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("loadDatasets() did not fail");
}

test("loadDatasets() gives each labelled sheet with its grid, ranges and boxes", async () => {
  using root = temporaryFolder("datasets");
  writeDataset(root.path, "one", { "a.xlsx": [filledSheet("Data", 10, 4), filledSheet("Other", 3, 3)] }, [
    label("a.xlsx", "Data", ["A1:D5", "A7:B10"]),
  ]);
  const {
    train,
    validation,
    test: rest,
    skipped,
    notes,
    datasets,
    annotated,
  } = await loadDatasets(trainOnAll(root.path, "one"));
  expect(train).toHaveLength(1);
  const { grid, boxes, ...entry } = train[0]!;
  expect(entry).toEqual({
    dataset: "one",
    fileName: "a.xlsx",
    sheetName: "Data",
    label: "one/a.xlsx/Data",
    height: 10,
    width: 4,
    ranges: [
      { top: 1, left: 1, bottom: 5, right: 4 },
      { top: 7, left: 1, bottom: 10, right: 2 },
    ],
  });
  expect([grid.height, grid.width]).toEqual([10, 4]);
  expect([...boxes]).toEqual([0.5, 0.25, 1, 0.5, 0.25, 0.8, 0.5, 0.4].map(Math.fround));
  expect([validation, rest, skipped, notes, datasets]).toEqual([[], [], [], [], ["one"]]);
  expect(annotated).toEqual({ train: 1, validation: 0, test: 0 });
});

test("loadDatasets() keeps the order of the datasets and of their lines, sheets of one workbook apart or not", async () => {
  using root = temporaryFolder("datasets");
  const sheets = [filledSheet("S1", 3, 3), filledSheet("S2", 3, 3)];
  writeDataset(root.path, "one", { "b.xlsx": sheets, "a.xlsx": sheets }, [
    label("b.xlsx", "S2", []),
    label("a.xlsx", "S1", []),
    label("b.xlsx", "S1", []),
  ]);
  writeDataset(root.path, "two", { "sub/a.xlsx": sheets }, [label("sub/a.xlsx", "S1", ["A1:C3"])]);
  const { train } = await loadDatasets(trainOnAll(root.path, "two", "one"));
  expect(train.map((entry) => entry.label)).toEqual([
    "two/sub/a.xlsx/S1",
    "one/b.xlsx/S2",
    "one/a.xlsx/S1",
    "one/b.xlsx/S1",
  ]);
});

test("loadDatasets() says once that grids cannot be cached, and gives them all the same", async () => {
  using root = temporaryFolder("datasets");
  const sheets = [filledSheet("S", 3, 3)];
  writeDataset(root.path, "one", { "a.xlsx": sheets, "b.xlsx": sheets }, [
    label("a.xlsx", "S", []),
    label("b.xlsx", "S", []),
  ]);
  const cacheFolder = root.join("taken");
  writeFileSync(cacheFolder, "a file where the folder should be");
  const data = { ...trainOnAll(root.path, "one"), cache: true };
  const { train, notes } = await loadDatasets(data, { cacheFolder });
  expect(train).toHaveLength(2);
  expect(notes).toHaveLength(1);
  expect(notes[0]).toContain(`${cacheFolder} cannot be written: `);
});

test("loadDatasets() reads only the workbooks of the splits that are asked for", async () => {
  using root = temporaryFolder("datasets");
  const sheets = [filledSheet("S", 3, 3)];
  writeDataset(root.path, "one", { "a.xlsx": sheets, "b.xlsx": sheets, "c.xlsx": BROKEN }, [
    label("a.xlsx", "S", [], "training_set"),
    label("b.xlsx", "S", [], "testing_set"),
    label("c.xlsx", "S", [], "testing_set"),
  ]);
  const read: string[] = [];
  const onProgress = ({ fileName }: LoadProgress) => void read.push(fileName);
  const data = await loadDatasets(trainOnAll(root.path, "one"), {
    splits: ["train", "validation"],
    onProgress,
  });
  expect(read).toEqual(["a.xlsx"]);
  expect([data.train.length, data.test.length, data.skipped.length]).toEqual([1, 0, 0]);
  expect(data.annotated).toEqual({ train: 1, validation: 0, test: 2 });
  expect((await loadDatasets(trainOnAll(root.path, "one"))).test).toHaveLength(1);
});

test("loadDatasets() crops a large sheet and its tables, and says so", async () => {
  using root = temporaryFolder("datasets");
  writeDataset(root.path, "one", { "a.xlsx": [filledSheet("S", 30, 8)] }, [
    label("a.xlsx", "S", ["A1:H12", "B2:C3", "A20:B22"]),
  ]);
  const data = { ...trainOnAll(root.path, "one"), max_rows: 10, max_cols: 6 };
  const { train, notes, skipped } = await loadDatasets(data);
  expect([train[0]!.grid.height, train[0]!.grid.width]).toEqual([10, 6]);
  expect(train[0]!.ranges).toEqual([
    { top: 1, left: 1, bottom: 10, right: 6 },
    { top: 2, left: 2, bottom: 3, right: 3 },
  ]);
  expect(notes).toEqual([
    "one/a.xlsx/S: 30 x 8 cells, cropped to 10 x 6, the limit is 10 x 6 (data.max_rows x data.max_cols); " +
      "the table A1:H12 reaches past the grid, clipped to A1:F10; the table A20:B22 lies in what was cropped away",
  ]);
  expect(skipped).toEqual([]);
});

test("loadDatasets() leaves a large sheet out where on_large_sheet is skip, and says so", async () => {
  using root = temporaryFolder("datasets");
  writeDataset(root.path, "one", { "a.xlsx": [filledSheet("S", 30, 8), filledSheet("T", 3, 3)] }, [
    label("a.xlsx", "S", []),
    label("a.xlsx", "T", []),
  ]);
  const data = {
    ...trainOnAll(root.path, "one"),
    max_rows: 10,
    on_large_sheet: "skip",
    on_bad_file: "fail",
  } as const;
  const { train, skipped } = await loadDatasets(data);
  expect(train.map((entry) => entry.sheetName)).toEqual(["T"]);
  const reason = "30 x 8 cells are more than 10 x 50 (data.max_rows x data.max_cols)";
  expect(skipped).toEqual([{ file: "one/a.xlsx", sheet: "S", reason }]);
});

test("loadDatasets() clips a table that reaches past the sheet, with a note", async () => {
  using root = temporaryFolder("datasets");
  writeDataset(root.path, "one", { "a.xlsx": [filledSheet("S", 5, 3)] }, [label("a.xlsx", "S", ["B2:E9"])]);
  const { train, notes } = await loadDatasets(trainOnAll(root.path, "one"));
  expect(train[0]!.ranges).toEqual([{ top: 2, left: 2, bottom: 5, right: 3 }]);
  expect(notes).toEqual(["one/a.xlsx/S: the table B2:E9 reaches past the grid, clipped to B2:C5"]);
});

test("loadDatasets() finds a sheet whose name differs in blanks or case alone, with a note", async () => {
  using root = temporaryFolder("datasets");
  writeDataset(root.path, "one", { "a.xlsx": [filledSheet("Sales 2024 ", 3, 3)] }, [
    label("a.xlsx", "SALES 2024", ["A1:C3"]),
  ]);
  const { train, notes } = await loadDatasets(trainOnAll(root.path, "one"));
  expect(train[0]!.ranges).toHaveLength(1);
  expect(notes).toEqual([
    'one/a.xlsx/SALES 2024: the workbook\'s sheet is called "Sales 2024 "; taken for the same',
  ]);
});

const mistakes: [why: string, labels: object, reason: string][] = [
  [
    "a sheet that the workbook lacks",
    label("a.xlsx", "Sumary", []),
    'the workbook lacks it; did you mean "Summary"? (its sheets: "Good", "Summary", "Empty")',
  ],
  [
    "a table wholly outside the sheet",
    label("a.xlsx", "Summary", ["A1:B2", "F9:G12"]),
    "the label names F9:G12, but the sheet ends at C4",
  ],
  [
    "a table on an empty sheet",
    label("a.xlsx", "Empty", ["A1:B2"]),
    "the label names A1:B2, but the sheet is empty",
  ],
];

for (const [why, bad, reason] of mistakes) {
  test(`loadDatasets() skips ${why}, or fails with file and line where on_bad_file says so`, async () => {
    using root = temporaryFolder("datasets");
    const sheets = [filledSheet("Good", 3, 3), filledSheet("Summary", 4, 3), filledSheet("Empty", 0, 0)];
    writeDataset(root.path, "one", { "a.xlsx": sheets }, [label("a.xlsx", "Good", []), bad]);
    const { train, skipped } = await loadDatasets(trainOnAll(root.path, "one"));
    expect(train.map((entry) => entry.sheetName)).toEqual(["Good"]);
    expect(skipped).toMatchObject([{ file: "one/a.xlsx", reason }]);
    const { problems } = await failureOf({ ...trainOnAll(root.path, "one"), on_bad_file: "fail" });
    const file = root.join("one", "annotations", "annotations.jsonl");
    expect(problems).toMatchObject([{ file, line: 2, message: `Cannot use the sheet: ${reason}` }]);
  });
}

test("loadDatasets() skips an empty sheet that has no label, whatever on_bad_file says", async () => {
  using root = temporaryFolder("datasets");
  writeDataset(root.path, "one", { "a.xlsx": [filledSheet("Good", 3, 3), filledSheet("Empty", 0, 0)] }, [
    label("a.xlsx", "Empty", []),
    label("a.xlsx", "Good", []),
  ]);
  const { train, skipped } = await loadDatasets({ ...trainOnAll(root.path, "one"), on_bad_file: "fail" });
  expect(train).toHaveLength(1);
  expect(skipped).toEqual([{ file: "one/a.xlsx", sheet: "Empty", reason: "the sheet is empty" }]);
});

test("loadDatasets() skips workbooks that are missing or broken, or fails with all of them", async () => {
  using root = temporaryFolder("datasets");
  writeDataset(root.path, "one", { "a.xlsx": [filledSheet("S", 3, 3)], "broken.xlsx": BROKEN }, [
    label("a.xlsx", "S", ["A1:C3"]),
    label("broken.xlsx", "S", []),
    label("gone.xlsx", "S", []),
  ]);
  const { train, skipped } = await loadDatasets(trainOnAll(root.path, "one"));
  expect(train).toHaveLength(1);
  expect(skipped.map(({ file }) => file)).toEqual(["one/broken.xlsx", "one/gone.xlsx"]);
  for (const { reason } of skipped) expect(reason).toStartWith("Cannot read the workbook: ");
  const { problems, exitCode } = await failureOf({ ...trainOnAll(root.path, "one"), on_bad_file: "fail" });
  expect(problems.map(({ file }) => file)).toEqual(
    ["broken.xlsx", "gone.xlsx"].map((name) => root.join("one", "files", name)),
  );
  expect(exitCode).toBe(1);
});

test("loadDatasets() fails where no sheet is usable, with the reasons", async () => {
  using root = temporaryFolder("datasets");
  writeDataset(root.path, "one", { "a.xlsx": BROKEN }, [label("a.xlsx", "S", [])]);
  const { message, exitCode } = await failureOf(trainOnAll(root.path, "one"));
  expect(message).toContain("Cannot go on without any usable sheet");
  expect(message).toContain("one/a.xlsx: Cannot read the workbook");
  expect(exitCode).toBe(1);
});

test("loadDatasets() fails on an empty validation split before it reads a workbook, unless val_ratio is 0", async () => {
  using root = temporaryFolder("datasets");
  writeDataset(root.path, "one", { "a.xlsx": BROKEN }, [label("a.xlsx", "S", [])]);
  const read: string[] = [];
  const onProgress = ({ fileName }: LoadProgress) => void read.push(fileName);
  const data = { ...trainOnAll(root.path, "one"), train_ratio: 0.999999, val_ratio: 0.000001 };
  const { message } = await failureOf(data, { onProgress });
  expect(message).toContain("Cannot validate: no sheet is in the validation split");
  expect(message).toContain("train 1, validation 0, test 0 sheets of one");
  expect(message).toContain("--data.train_ratio=1 --data.val_ratio=0 --data.test_ratio=0");
  expect(read).toEqual([]);
});

test("loadDatasets() reports one dataset after the other, each with its own number of workbooks", async () => {
  using root = temporaryFolder("datasets");
  const [sheet, books] = [[filledSheet("S", 3, 3)], ["a.xlsx", "b.xlsx", "c.xlsx"]];
  const write = (name: string, files: string[]) =>
    writeDataset(
      root.path,
      name,
      Object.fromEntries(files.map((file) => [file, sheet])),
      files.map((file) => label(file, "S", [])),
    );
  write("one", books);
  write("two", books.slice(1));
  const seen: string[] = [];
  const onProgress = ({ dataset, done, total }: LoadProgress) =>
    void seen.push(`${dataset} ${done}/${total}`);
  await loadDatasets(trainOnAll(root.path, "two", "one"), { onProgress, threads: 3 });
  expect(seen).toEqual(["two 1/2", "two 2/2", "one 1/3", "one 2/3", "one 3/3"]);
});

test("loadDatasets() fails on an empty training split", async () => {
  using root = temporaryFolder("datasets");
  writeDataset(root.path, "one", { "a.xlsx": [filledSheet("S", 3, 3)] }, [
    label("a.xlsx", "S", [], "testing_set"),
  ]);
  const { message } = await failureOf(trainOnAll(root.path, "one"));
  expect(message).toContain("Cannot train without a sheet in the training split");
});

test("loadDatasets() says that splits are empty because proposals are left out, and what to do", async () => {
  using root = temporaryFolder("datasets");
  const books = Object.fromEntries(["a", "b", "c"].map((name) => [`${name}.xlsx`, [filledSheet("S", 3, 3)]]));
  const lines = (...proposed: string[]) =>
    Object.keys(books).map((file) => {
      const isProposal = proposed.includes(file);
      return { ...label(file, "S", []), label_origin: isProposal ? "proposed by a model" : "person" };
    });
  const all = { ...trainOnAll(root.path, "one"), on_proposed_label: "skip" } as const;
  const use = "--data.on_proposed_label=use";
  const fixOf = async (data: DataOptions) => {
    const { problems } = await failureOf(data);
    expect(problems).toHaveLength(1);
    return problems[0]!.fix;
  };

  writeDataset(root.path, "one", books, lines("a.xlsx", "b.xlsx", "c.xlsx"));
  const { message } = await failureOf(all);
  expect(message).toContain("Cannot go on without any usable sheet");
  expect(message).toContain(
    `3 sheets are proposals that nobody has looked at; accept them, or use them with ${use}`,
  );
  expect((await loadDatasets({ ...all, on_proposed_label: "use" })).train).toHaveLength(3);

  // A line that is left out keeps its split.
  const divided = { ...all, train_ratio: 0.5, val_ratio: 0.5 };
  writeDataset(root.path, "one", books, lines());
  const { train, validation } = await loadDatasets(divided);
  const left = (part: readonly { fileName: string }[]) => lines(...part.map(({ fileName }) => fileName));
  writeDataset(root.path, "one", books, left(train));
  expect(await fixOf(divided)).toMatch(
    /^in the training split, \d sheets? (is a proposal|are proposals) that nobody has looked at; [^;]*=use$/,
  );
  writeDataset(root.path, "one", books, left(validation));
  expect(await fixOf(divided)).toMatch(
    /^in the validation split, \d sheets? (is a|are) .*=use, or train without validation: --data\.train_ratio=1 /,
  );
  // Proposals of another split are not the reason.
  const untrained = { ...all, train_ratio: 0.999999, val_ratio: 0.000001 };
  writeDataset(root.path, "one", books, lines("a.xlsx"));
  expect(await fixOf(untrained)).toStartWith("add workbooks, raise data.val_ratio");
});

test("loadDatasets() names all paths looked at and the datasets that are there", async () => {
  using root = temporaryFolder("datasets");
  writeDataset(root.path, "invoices", { "a.xlsx": [filledSheet("S", 3, 3)] }, [label("a.xlsx", "S", [])]);
  mkdirSync(root.join("half", "files"), { recursive: true });
  const { problems, exitCode } = await failureOf(trainOnAll(root.path, "invoice", "half", "invoices"));
  expect(problems).toHaveLength(2);
  expect(problems[0]).toMatchObject({
    message: 'Cannot use the dataset "invoice"',
    expected: [
      `${root.join("invoice", "annotations", "annotations.jsonl")} (one line per sheet)`,
      `${root.join("invoice", "files")}/ (the workbooks)`,
    ].join("\n"),
    got: `no such file; datasets in ${root.path}: invoices`,
    fix: "data.dataset_names: [invoices]",
  });
  expect(problems[1]!.expected).toBe(
    `${root.join("half", "annotations", "annotations.jsonl")} (one line per sheet)`,
  );
  expect(exitCode).toBe(2);
});

test("loadDatasets() says where data.root itself is missing", async () => {
  using folder = temporaryFolder("datasets");
  const root = folder.join("nowhere");
  const { problems } = await failureOf(trainOnAll(root, "real"));
  expect(problems[0]!.got).toBe(`no folder ${root}`);
  expect(existsSync(root)).toBe(false);
});

test("loadDatasets() tells the malformed lines of all datasets together", async () => {
  using root = temporaryFolder("datasets");
  writeDataset(root.path, "one", {}, [{ file_name: "a.xlsx" }]);
  writeDataset(root.path, "two", {}, [label("a.xlsx", "S", []), label("a.xlsx", "S", ["?"])]);
  const { problems, exitCode } = await failureOf(trainOnAll(root.path, "one", "two"));
  expect(problems.map(({ file, line }) => [file!.split("/").at(-3), line])).toEqual([
    ["one", 1],
    ["one", 1],
    ["two", 2],
  ]);
  expect(exitCode).toBe(1);
});

test("loadDatasets() tells where a published split divides a workbook", async () => {
  using root = temporaryFolder("datasets");
  writeDataset(root.path, "one", { "a.xlsx": [filledSheet("S", 3, 3), filledSheet("T", 3, 3)] }, [
    label("a.xlsx", "S", [], "training_set"),
    label("a.xlsx", "T", [], "testing_set"),
  ]);
  const { train, test: rest, notes } = await loadDatasets(trainOnAll(root.path, "one"));
  expect([train.length, rest.length]).toEqual([1, 1]);
  expect(notes).toEqual([
    "one/a.xlsx: its published split_code puts sheets of one workbook into train and test",
  ]);
});

test("loadDatasets() caches in the given folder alone, and reads the same from the cache", async () => {
  using root = temporaryFolder("datasets");
  using folder = temporaryFolder("datasets");
  const cacheFolder = folder.join("cache");
  writeDataset(root.path, "one", { "a.xlsx": [filledSheet("S", 6, 5)] }, [label("a.xlsx", "S", ["A1:C3"])]);
  const before = readdirSync(root.path, { recursive: true });
  const data = { ...trainOnAll(root.path, "one"), cache: true };
  const first = await loadDatasets(data, { cacheFolder });
  expect(readdirSync(cacheFolder).length).toBeGreaterThan(0);
  expect(readdirSync(root.path, { recursive: true })).toEqual(before);
  expect(await loadDatasets(data, { cacheFolder })).toEqual(first);
  await loadDatasets({ ...data, cache: false }, { cacheFolder: join(cacheFolder, "none") });
  expect(existsSync(join(cacheFolder, "none"))).toBe(false);
});

test("loadDatasets() gives the same however many threads read, and counts every workbook once", async () => {
  using root = temporaryFolder("datasets");
  const sheets = (height: number) => [filledSheet("S", height, 3), filledSheet("T ", 4, 3)];
  writeDataset(
    root.path,
    "one",
    { "a.xlsx": sheets(3), "b.xlsx": BROKEN, "c.xlsx": sheets(40), "d.xlsx": sheets(9) },
    [
      label("c.xlsx", "S", ["A1:C99"]),
      label("a.xlsx", "Gone", []),
      label("b.xlsx", "S", []),
      label("c.xlsx", "T", ["A1:B9"]),
      label("d.xlsx", "T", ["A1:B4"]),
      label("a.xlsx", "S", ["F9"]),
      label("d.xlsx", "S", ["A1:F4"]),
    ],
  );
  const load = async (threads: number) => {
    const counts: string[] = [];
    const onProgress = ({ done, total }: LoadProgress) => void counts.push(`${done}/${total}`);
    const loaded = await loadDatasets(trainOnAll(root.path, "one"), { threads, onProgress });
    expect(counts).toEqual(["1/4", "2/4", "3/4", "4/4"]);
    const failing = { ...trainOnAll(root.path, "one"), on_bad_file: "fail" } as const;
    const { problems } = await failureOf(failing, { threads });
    return { loaded, problems };
  };
  const { loaded, problems } = await load(1);
  expect(loaded.train.map((entry) => entry.label)).toEqual([
    "one/c.xlsx/S",
    "one/c.xlsx/T",
    "one/d.xlsx/T",
    "one/d.xlsx/S",
  ]);
  expect(loaded.notes).toHaveLength(5);
  expect(problems.map(({ file, line }) => line ?? file!.split("/").at(-1))).toEqual([2, 6, "b.xlsx"]);
  for (const threads of [2, 4]) expect(await load(threads)).toEqual({ loaded, problems });
});

test("loadDatasets() stops between two workbooks when it is asked to", async () => {
  using root = temporaryFolder("datasets");
  const sheets = [filledSheet("S", 3, 3)];
  const labels = ["a.xlsx", "b.xlsx", "c.xlsx"].map((name) => label(name, "S", []));
  writeDataset(root.path, "one", { "a.xlsx": sheets, "b.xlsx": sheets, "c.xlsx": sheets }, labels);
  for (const threads of [1, 2]) {
    const controller = new AbortController();
    const read: string[] = [];
    const onProgress = ({ done, total }: LoadProgress) => {
      read.push(`${done}/${total}`);
      if (done === 2) controller.abort(new Error("enough"));
    };
    const options = { onProgress, signal: controller.signal, threads };
    await expect(loadDatasets(trainOnAll(root.path, "one"), options)).rejects.toThrow("enough");
    expect(read).toEqual(["1/3", "2/3"]);
  }
});
