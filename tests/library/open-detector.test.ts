/** Tests the detector that other programs keep open: what it takes, what it gives, how it fails and ends. */

import { afterAll, beforeAll, expect, spyOn, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { encodeWorkbook } from "../../core/excel/write/write-workbook.ts";
import type { TableDetector } from "../../core/library/library.ts";
import { openDetector, UserError, WorkbookError } from "../../core/library/library.ts";
import { filledSheet } from "../support/dataset-folder.ts";
import { HeldWorkbook } from "../support/held-workbook.ts";
import { sharedFolder } from "../support/temporary-folder.ts";

const SAMPLE = join(PROJECT_ROOT, "docs/samples/budget.xlsx");
const RANGES = [
  ["Budget", "B4:G11"],
  ["Budget", "B15:E20"],
  ["Staff", "A1:D7"],
];
const folder = sharedFolder("library");

let detector: TableDetector;
beforeAll(async () => {
  detector = await openDetector({ device: "wasm", threads: 2 });
});
afterAll(() => detector.close());

const failureOf = (call: Promise<unknown>): Promise<unknown> => call.then(() => null).catch((error) => error);

function ranges({ sheets }: Awaited<ReturnType<TableDetector["find"]>>): string[][] {
  return sheets.flatMap(({ sheet, tables }) => tables.map(({ range }) => [sheet, range]));
}

test("find() takes a path, a URL, bytes in every form, and bytes with a name", async () => {
  const bytes = readFileSync(SAMPLE);
  const own = new Uint8Array(bytes);
  const sources = [
    SAMPLE,
    pathToFileURL(SAMPLE),
    own,
    own.buffer,
    new Blob([own]),
    Bun.file(SAMPLE),
    { name: "mine.xlsx", bytes: own },
  ];
  for (const source of sources) expect(ranges(await detector.find(source))).toEqual(RANGES);
  expect(own.length).toBe(bytes.length); // they were copied, not taken away
  const text = { name: "mine.csv", bytes: Buffer.from("item,price\nchair,3\ntable,4\n") };
  const { file, sheets } = await detector.find(text);
  expect([file, sheets.map(({ sheet }) => sheet)]).toEqual(["mine.csv", ["mine"]]);
});

test("a table has its range as text and as numbers, and a score", async () => {
  const { sheets, notes, file } = await detector.find(SAMPLE);
  const [table] = sheets[0]!.tables;
  const score = expect.any(Number);
  expect(table).toEqual({ range: "B4:G11", top: 4, left: 2, bottom: 11, right: 7, score });
  expect(table!.score).toBeGreaterThan(detector.threshold!);
  expect([notes, file, sheets[0]!.hidden, sheets[0]!.lookedAt]).toEqual([[], SAMPLE, false, null]);
});

test("many calls at once get the answers of calls one by one, whatever fails among them", async () => {
  const broken = readFileSync(SAMPLE).subarray(0, 3000);
  const calls = Array.from({ length: 12 }, (_, at) => detector.find(at % 4 === 3 ? broken : SAMPLE));
  const results = await Promise.allSettled(calls);
  for (const [at, result] of results.entries()) {
    if (at % 4 === 3) expect(result).toMatchObject({ status: "rejected", reason: { fault: "corrupt" } });
    else expect(result.status === "fulfilled" && ranges(result.value)).toEqual(RANGES);
  }
});

test("a workbook that cannot be read is a WorkbookError that says which fault it has", async () => {
  for (const [source, fault] of [
    [folder.join("missing.xlsx"), "unreadable"],
    [Buffer.from("hello\u0000"), "not-a-workbook"],
    [readFileSync(SAMPLE).subarray(0, 3000), "corrupt"],
  ] as const) {
    const error = await failureOf(detector.find(source));
    expect(error).toBeInstanceOf(WorkbookError);
    expect(error).toBeInstanceOf(UserError);
    expect((error as WorkbookError).fault).toBe(fault);
    expect((error as WorkbookError).problems[0]!.message).toContain((error as WorkbookError).reason);
  }
});

test("what is no workbook at all, and options without such a value, are refused with what was expected", async () => {
  const http = await failureOf(detector.find(new URL("http://example.org/x.xlsx")));
  expect((http as UserError).message).toContain("expected  a path, a file: URL");
  expect(await failureOf(detector.find(4 as never))).toBeInstanceOf(UserError);
  const wrong = { mode: "best", threshold: 2, threads: 0, limits: 65, timeLimit: 0 } as never;
  const error = (await failureOf(openDetector(wrong))) as UserError;
  expect(error.problems.map(({ message }) => message)).toEqual(
    ["mode", "threshold", "threads", "limits", "timeLimit"].map((name) => `Cannot use the option ${name}`),
  );
  expect(error.exitCode).toBe(2);
  const texts = { threshold: "0.5", timeLimit: "60000", weights: 5, device: 5 } as never;
  expect(((await failureOf(openDetector(texts))) as UserError).problems).toHaveLength(4);
  const target = folder.join("wrong");
  for (const [call, expected] of [
    [detector.extract(SAMPLE, target, { format: "xlsx" } as never), "one of csv, json, markdown, parquet"],
    [detector.extract(SAMPLE, target, { merged: "none" } as never), "one of fill, first"],
    [detector.page(SAMPLE, { sheet: "Budget", range: "A1", merged: "none" } as never), "one of fill, first"],
    [detector.page(SAMPLE, { sheet: "Budget" } as never), "a range such as B4:G11"],
  ] as const) {
    const refused = (await failureOf(call)) as UserError;
    expect([refused.exitCode, refused.problems[0]!.expected]).toEqual([2, expected]);
  }
  expect(existsSync(target)).toBe(false);
});

test("a time limit may be longer than the longest timer", async () => {
  for (const timeLimit of [Number.POSITIVE_INFINITY, 2 ** 31]) {
    await using patient = await openDetector({ mode: "excel", timeLimit });
    expect((await patient.find(SAMPLE)).sheets).toHaveLength(2);
  }
});

test("an aborted call is rejected with the signal's reason, whether it waits or works, and others go on", async () => {
  using held = new HeldWorkbook(folder.join("held.xls"));
  const [path, temporary] = [process.env.PATH, process.env.TMPDIR];
  Object.assign(process.env, held.env);
  try {
    await using single = await openDetector({ mode: "excel", threads: 1 });
    const [working, waiting] = [new AbortController(), new AbortController()];
    const first = failureOf(single.find(held.path, { signal: working.signal }));
    const second = failureOf(single.find(SAMPLE, { signal: waiting.signal }));
    const third = single.find(SAMPLE);
    waiting.abort(new Error("no longer needed"));
    expect(await second).toEqual(new Error("no longer needed"));
    working.abort();
    expect(await first).toBe(working.signal.reason);
    expect((await third).sheets).toHaveLength(2);
    expect(await failureOf(single.find(SAMPLE, { signal: working.signal }))).toBe(working.signal.reason);
  } finally {
    process.env.PATH = path;
    if (temporary === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = temporary;
  }
});

test("an aborted opening leaves nothing open", async () => {
  const stop = new AbortController();
  const opening = failureOf(openDetector({ device: "wasm", signal: stop.signal }));
  stop.abort();
  expect(await opening).toBe(stop.signal.reason);
});

test("a closed detector refuses calls, those under way included, and may be closed again", async () => {
  const closed = await openDetector({ mode: "excel" });
  const running = failureOf(closed.find(SAMPLE));
  await closed.close();
  await closed.close();
  expect((await running) as UserError).toBeInstanceOf(UserError);
  expect((await failureOf(closed.find(SAMPLE))) as Error).toMatchObject({
    message: "Cannot find tables: the detector is closed",
  });
});

test("mode excel finds table objects without weights and without a device", async () => {
  const range = { top: 3, left: 2, bottom: 8, right: 4 };
  const table = { name: "Sales", range, columns: ["a", "b", "c"], hasHeader: false };
  const sheet = { ...filledSheet("Data", 9, 6), excelTables: [table] };
  const bytes = encodeWorkbook({ sheets: [sheet] });
  await using excel = await openDetector({ mode: "excel" });
  expect([excel.device, excel.threshold]).toEqual([null, null]);
  const { sheets } = await excel.find(bytes);
  expect(sheets[0]!.tables.map(({ range, score }) => [range, score])).toEqual([["B3:D8", 1]]);
});

test("nothing is printed, and the process stays as it was", async () => {
  const spies = [
    ...(["log", "warn", "error", "info", "debug"] as const).map((name) => spyOn(console, name)),
    spyOn(process.stdout, "write"),
    spyOn(process.stderr, "write"),
  ];
  const state = () => ({
    globals: Object.getOwnPropertyNames(globalThis).sort(),
    listeners: process.eventNames().map((name) => [String(name), process.listenerCount(name as string)]),
    folder: process.cwd(),
    environment: { ...process.env },
    exitCode: process.exitCode,
  });
  const before = state();
  await using own = await openDetector({ device: "wasm" });
  await own.find(SAMPLE);
  await failureOf(own.find("missing.xlsx"));
  expect(state()).toEqual(before);
  for (const spy of spies) {
    expect(spy).not.toHaveBeenCalled();
    spy.mockRestore();
  }
});

test("extract() writes the tables and an index into a new folder, and leaves nothing of what fails", async () => {
  const target = folder.join("tables");
  const { tables, folder: place } = await detector.extract(SAMPLE, target);
  expect(place).toBe(target);
  expect(tables.map(({ sheet, range }) => [sheet, range])).toEqual(RANGES);
  expect(readdirSync(target).sort()).toEqual([...tables.map(({ file }) => file), "index.csv"].sort());
  expect(readFileSync(join(target, tables[0]!.file), "utf8")).toStartWith("Costs,Q1,Q2,Q3,Q4,Year\r\n");
  expect((await failureOf(detector.extract(SAMPLE, target))) as Error).toBeInstanceOf(UserError);
  const empty = sharedFolder("library-extract");
  await failureOf(detector.extract("missing.xlsx", empty.join("new")));
  expect([existsSync(empty.join("new")), readdirSync(empty.path)]).toEqual([false, []]);
});

test("of two extractions into one folder, the one that ends first stays", async () => {
  const target = folder.join("contested");
  const both = await Promise.allSettled([
    detector.extract(SAMPLE, target, { format: "csv" }),
    detector.extract(SAMPLE, target, { format: "json" }),
  ]);
  const [first] = both.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  const [lost] = both.flatMap((each) => (each.status === "rejected" ? [each.reason as unknown] : []));
  expect((lost as UserError).problems[0]!.fix).toEndWith("something is in the way there");
  expect(readdirSync(target).sort()).toEqual([...first!.tables.map(({ file }) => file), "index.csv"].sort());
});

test("page() reads a table by pages, and says which sheets there are", async () => {
  const { markdown, ...rest } = await detector.page(SAMPLE, { sheet: "Budget", range: "B4:G11" });
  expect(rest).toEqual({ firstRow: 1, lastRow: 7, rows: 7, isCut: false });
  expect(markdown).toStartWith("| Costs | Q1 | Q2 | Q3 | Q4 | Year |\n| --- |");
  const error = (await failureOf(detector.page(SAMPLE, { sheet: "budget", range: "B4:G11" }))) as UserError;
  expect(error.problems[0]).toMatchObject({ expected: 'one of "Budget", "Staff"', got: '"budget"' });
});
