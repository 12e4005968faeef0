/** Tests workbooks that are read on threads, and threads that are lost. */

import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { datasetPaths } from "../../../core/dataset/locate-dataset.ts";
import { prepareDataset } from "../../../core/dataset/prepare-dataset.ts";
import { type ReadResult, readWorkbooks } from "../../../core/dataset/reading/read-workbooks.ts";
import { encodeWorkbook } from "../../../core/excel/write/write-workbook.ts";
import { filledSheet, label, writeDataset } from "../../support/dataset-folder.ts";
import { HeldTimers } from "../../support/held-timers.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { until } from "../../support/until.ts";

const LIMITS = { cacheFolder: null, maxRows: 100, maxCols: 50 };
const CRASHING = new URL("./crashing-reader.ts", import.meta.url);

async function readAll(
  paths: readonly string[],
  options: {
    program?: URL;
    timeLimit?: number;
    threads?: number;
    keepGrids?: boolean;
    onResult?: () => void;
  } = {},
): Promise<ReadResult[]> {
  const results = new Array<ReadResult>(paths.length);
  const onResult = (index: number, result: ReadResult) => {
    results[index] = result;
    options.onResult?.();
  };
  await readWorkbooks(paths, { grids: LIMITS, keepGrids: true, ...options, onResult });
  return results;
}

test("readWorkbooks() gives each workbook's grids under its own index, whatever the order they come in", async () => {
  using folder = temporaryFolder("data-command");
  const paths = [3, 30, 7].map((height, index) => {
    const path = folder.join(`${index}.xlsx`);
    writeFileSync(path, encodeWorkbook({ sheets: [filledSheet("Data", height, 4)] }));
    return path;
  });
  const results = await readAll(paths, { threads: 2 });
  const heights = results.map((result) => (result.kind === "read" ? result.sheets[0]!.grid!.height : null));
  expect(heights).toEqual([3, 30, 7]);
});

test("readWorkbooks() reports a broken workbook and reads the others", async () => {
  using folder = temporaryFolder("data-command");
  const [good, bad] = ["good.xlsx", "bad.xlsx"].map((name) => folder.join(name)) as [string, string];
  writeFileSync(good, encodeWorkbook({ sheets: [filledSheet("Data", 3, 3)] }));
  writeFileSync(bad, "no workbook");
  const [first, second] = await readAll([bad, good]);
  expect(first).toMatchObject({ kind: "failed", problems: [{ file: bad }] });
  expect(second?.kind).toBe("read");
});

test("readWorkbooks() without keepGrids sends no grids back", async () => {
  using folder = temporaryFolder("data-command");
  const path = folder.join("a.xlsx");
  writeFileSync(path, encodeWorkbook({ sheets: [filledSheet("Data", 3, 3)] }));
  const [result] = await readAll([path], { keepGrids: false });
  expect(result).toMatchObject({ kind: "read", sheets: [{ sheetName: "Data", height: 3, grid: null }] });
});

test("readWorkbooks() loses only the workbook on which a thread crashes, ends or hangs", async () => {
  const names = ["a", "crash", "b", "exit", "c", "hang", "d"];
  using timers = new HeldTimers(1500);
  let done = 0;
  const onResult = () => done++;
  const reading = readAll(names, { program: CRASHING, timeLimit: 1500, threads: 1, onResult });
  await until(() => done === names.indexOf("hang") && timers.count === 1);
  timers.pass();
  const results = await reading;
  const failed = names.filter((_, index) => results[index]!.kind === "failed");
  expect(failed).toEqual(["crash", "exit", "hang"]);
  const reasons = results.flatMap((result) => (result.kind === "failed" ? result.problems : []));
  expect(reasons.map(({ file }) => file)).toEqual(failed);
  expect(reasons[0]!.got).toContain("out of luck");
  expect(reasons[2]!.got).toBe("no end after 2 s");
});

test("readWorkbooks() takes grids from the cache without a thread, and the same ones", async () => {
  using folder = temporaryFolder("reading");
  const path = folder.join("crash.xlsx");
  writeFileSync(path, encodeWorkbook({ sheets: [filledSheet("Data", 12, 3)] }));
  const grids = { ...LIMITS, cacheFolder: folder.join("cache") };
  const read = async (options: object): Promise<ReadResult> => {
    const results: ReadResult[] = [];
    const onResult = (_: number, result: ReadResult) => void results.push(result);
    await readWorkbooks([path], { grids, keepGrids: true, ...options, onResult });
    return results[0]!;
  };
  const first = await read({ threads: 1 });
  expect(first).toMatchObject({ kind: "read", fromCache: false });
  expect(await read({ program: CRASHING })).toEqual({ ...first, fromCache: true } as ReadResult);
  expect(await read({ program: CRASHING, grids: LIMITS })).toMatchObject({ kind: "failed" });
});

test("readWorkbooks() is rejected with the signal's reason, even while a workbook is being read", async () => {
  const stop = new AbortController();
  using folder = temporaryFolder("data-command");
  const path = folder.join("hang, and be seen");
  const reading = readWorkbooks([path], {
    grids: LIMITS,
    keepGrids: true,
    program: CRASHING,
    signal: stop.signal,
    onResult: () => {},
  });
  await until(() => existsSync(path));
  stop.abort(new Error("enough"));
  await expect(reading).rejects.toThrow("enough");
});

test("prepareDataset() reads no workbook twice, mends a damaged entry, and names what cannot be read", async () => {
  using root = temporaryFolder("data-command");
  using folder = temporaryFolder("data-command");
  const cacheFolder = folder.join("cache");
  const lines = ["a.xlsx", "b.xlsx", "bad.xlsx"].map((name) => label(name, "Data", ["A1:B2"]));
  const book = (height: number) => [filledSheet("Data", height, 3)];
  const bad = new TextEncoder().encode("nothing");
  writeDataset(root.path, "mine", { "a.xlsx": book(4), "b.xlsx": book(5), "bad.xlsx": bad }, lines);
  const run = () =>
    prepareDataset(datasetPaths(root.path, "mine"), { max_rows: 100, max_cols: 50 }, { cacheFolder });

  expect(await run()).toMatchObject({
    workbooks: 3,
    sheets: 2,
    cached: 0,
    failed: [{ file: expect.stringContaining("bad.xlsx") }],
  });
  expect(await run()).toMatchObject({ workbooks: 3, sheets: 2, cached: 2 });
  const entry = readdirSync(cacheFolder, { recursive: true, encoding: "utf8" }).find((name) =>
    name.endsWith(".grids"),
  )!;
  truncateSync(join(cacheFolder, entry), 20);
  expect(await run()).toMatchObject({ sheets: 2, cached: 1 });
  expect(await run()).toMatchObject({ cached: 2 });
});

test("the shards of prepareDataset() together read every workbook once", async () => {
  using root = temporaryFolder("data-command");
  using folder = temporaryFolder("data-command");
  const cacheFolder = folder.join("cache");
  const names = ["a.xlsx", "b.xlsx", "c.xlsx"];
  const books = Object.fromEntries(names.map((name, at) => [name, [filledSheet("Data", 4 + at, 3)]]));
  writeDataset(
    root.path,
    "mine",
    books,
    names.map((name) => label(name, "Data", ["A1:B2"])),
  );
  const run = (number: number | null) =>
    prepareDataset(
      datasetPaths(root.path, "mine"),
      { max_rows: 100, max_cols: 50 },
      { cacheFolder, shard: number === null ? null : { number, count: 2, source: null } },
    );
  // The largest alone, and the other two.
  const parts = [await run(1), await run(2)];
  expect(parts.map(({ workbooks }) => workbooks)).toEqual([1, 2]);
  expect(parts.map(({ cached }) => cached)).toEqual([0, 0]);
  expect(await run(null)).toMatchObject({ workbooks: 3, cached: 3 });
});

test("prepareDataset() says why grids cannot be kept", async () => {
  using root = temporaryFolder("data-command");
  writeDataset(root.path, "mine", { "a.xlsx": [filledSheet("Data", 4, 3)] }, [
    label("a.xlsx", "Data", ["A1:B2"]),
  ]);
  using folder = temporaryFolder("data-command");
  const file = folder.join("file");
  writeFileSync(file, "");
  mkdirSync(root.join("other"));
  const prepared = await prepareDataset(
    datasetPaths(root.path, "mine"),
    { max_rows: 9, max_cols: 9 },
    { cacheFolder: file },
  );
  expect(prepared.cacheError).toContain("ENOTDIR");
});
