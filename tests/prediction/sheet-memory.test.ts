/** Texts, shared strings and sheets that are read again wait for their turn before they are in memory. */

import { afterAll, expect, test } from "bun:test";
import { join } from "node:path";
import { UserError } from "../../core/base/problem.ts";
import { openWorkbook } from "../../core/excel/read-workbook.ts";
import type { OpeningSize } from "../../core/excel/workbook.ts";
import type { SheetLayout } from "../../core/excel/write/workbook-layout.ts";
import { encodeWorkbook } from "../../core/excel/write/write-workbook.ts";
import { WHOLE_WORKBOOK } from "../../core/prediction/part-to-look-at.ts";
import type { FromThread, PredictTask, ToThread } from "../../core/prediction/predict-messages.ts";
import { predictWorkbook } from "../../core/prediction/predict-workbook.ts";
import { LARGE_SHEET, openingBytes } from "../../core/prediction/sheet-memory.ts";
import { filledSheet } from "../support/dataset-folder.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const folder = temporaryFolder("sheet-memory");
afterAll(() => folder.remove());

const LARGE_TEXT = folder.write("large.csv", "1,2,3\n".repeat(70_000));
const SMALL_TEXT = folder.write("small.csv", "1,2,3\n4,5,6\n");
/** Few cells, whose texts are as long as Excel allows and compress about as much as real ones. */
const texts = (count: number, name = "Texts"): SheetLayout => ({
  name,
  cells: Array.from({ length: count }, (_, at) => ({
    row: at + 1,
    column: 1,
    value: Array.from({ length: 2_900 }, (_, word) => `${(at * 2_900 + word) * 7_919}`)
      .join(" ")
      .slice(0, 32_000),
  })),
});
const MANY_STRINGS = folder.write(
  "strings.xlsx",
  encodeWorkbook({ sheets: [texts(600), filledSheet("Second", 5, 3)] }),
);

/** The turns that a workbook takes: whether each is kept. */
async function turns(path: string, sheetBytes?: number): Promise<boolean[]> {
  const taken: boolean[] = [];
  await predictWorkbook(path, {
    mode: "excel",
    sheetBytes,
    async takeTurn(keeps) {
      taken.push(keeps);
    },
    detect: () => Promise.reject(new Error("no network")),
  });
  return taken;
}

async function problemOf(path: string, sheetBytes: number): Promise<string> {
  let turn = false;
  const error = await predictWorkbook(path, {
    mode: "excel",
    sheetBytes,
    async takeTurn() {
      turn = true;
    },
    detect: () => Promise.reject(new Error("no network")),
  }).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UserError);
  expect(turn).toBe(false);
  return (error as UserError).message;
}

test("a large text takes its turn before it is read, and a small one takes none", async () => {
  expect((await turns(LARGE_TEXT))[0]).toBe(false);
  expect(await turns(SMALL_TEXT)).toEqual([]);
});

test("large shared strings take a turn that lasts until the workbook is done", async () => {
  expect(await turns(MANY_STRINGS)).toEqual([true]);
});

test("a text or shared strings beyond the limit are refused before they are read", async () => {
  const text = await problemOf(LARGE_TEXT, LARGE_SHEET);
  expect(text).toMatch(
    /large\.csv {2}Cannot open the workbook[\s\S]*at most 16 MB[\s\S]*raise --memory-limit/,
  );
  expect(await problemOf(MANY_STRINGS, LARGE_SHEET)).toContain("CSV text or shared strings");
  expect(await turns(SMALL_TEXT, LARGE_SHEET)).toEqual([]);
});

test.each([",", ";", "\t", "|"])(
  "a text has at most as many fields as places between %j and line ends",
  async (mark) => {
    const asked: OpeningSize[] = [];
    const bytes = Buffer.from(`a${mark}b${mark}c\r\n`.repeat(4));
    const beforeReading = (size: OpeningSize) => void asked.push(size);
    (await openWorkbook({ name: "a.csv", bytes }, { beforeReading })).close();
    expect(asked).toEqual([{ kind: "csv", bytes: bytes.length, fields: 13 }]);
  },
);

test("more fields and longer shared strings take more", () => {
  const fields = (fields: number) => openingBytes({ kind: "csv", bytes: 1_000, fields });
  expect(fields(1_000)).toBeGreaterThan(fields(10));
  const grown = openingBytes({ kind: "strings", bytes: 2 ** 27 }) / 2 ** 27;
  expect(grown).toBeGreaterThan(openingBytes({ kind: "strings", bytes: 2 ** 20 }) / 2 ** 20);
});

test("what writes the tables of a large sheet takes the turn once more, and keeps it", async () => {
  const program = new URL("../../core/prediction/predict-worker.ts", import.meta.url);
  const large = { path: LARGE_TEXT, bytes: null };
  const task: PredictTask = {
    ...large,
    mode: "model",
    hints: true,
    annotate: null,
    extract: { folder: join(folder.path, "tables") },
    limits: 1,
    part: WHOLE_WORKBOOK,
    gaps: null,
    sheetBytes: Number.POSITIVE_INFINITY,
  };
  const told: string[] = [];
  const worker = new Worker(program);
  const done = Promise.withResolvers<void>();
  const answer = (message: ToThread) => worker.postMessage(message);
  worker.onerror = (event) => done.reject(new Error(event.message));
  worker.onmessage = ({ data }: MessageEvent<FromThread>) => {
    told.push(data.kind === "turn" ? `turn ${data.keeps}` : data.kind);
    if (data.kind === "turn") answer(data);
    else if (data.kind === "detect") answer({ kind: "detected", tables: [[]] });
    else done.resolve();
  };
  answer({ kind: "predict", task });
  try {
    await done.promise;
  } finally {
    worker.terminate();
  }
  expect(told.slice(0, told.indexOf("detect"))).not.toContain("turn true");
  expect(told.slice(told.indexOf("detect"))).toEqual(["detect", "turn true", "done"]);
});
