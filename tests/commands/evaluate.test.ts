/** Tests the evaluate command on a dataset whose results are known by hand. */

import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseRange } from "../../core/base/range.ts";
import type { EvaluationReport } from "../../core/evaluation/evaluation-report.ts";
import { HeldWorkbook } from "../support/held-workbook.ts";
import { writeRandomCheckpoint } from "../support/random-checkpoint.ts";
import { sharedFolder, temporaryFolder } from "../support/temporary-folder.ts";
import { runEvaluate, SECRET, startEvaluate, writeKnownDataset } from "./run-evaluate.ts";

const root = writeKnownDataset();
/** Its configuration names the dataset, which is not cached. */
const checkpoint = sharedFolder("checkpoint").join("best.pt");
writeRandomCheckpoint(checkpoint, { data: { dataset_names: ["known"], root, cache: false } });
const DATA = [`--data.root=${root}`, "--data.dataset_names=[known]", "--data.cache=false"];

test("bun run evaluate --mode excel needs no checkpoint and counts Excel's tables: 1 of 3 at EoB 0, 2 at EoB 1", async () => {
  const { code, stdout, stderr } = await runEvaluate("--mode", "excel", ...DATA, "--json");
  expect([code, stderr]).toEqual([0, ""]);
  const report = JSON.parse(stdout) as EvaluationReport;
  expect(report).toMatchObject({ version: 1, mode: "excel", checkpoint: null, device: null, split: "test" });
  expect(report.counts).toEqual({
    workbooks: 1,
    sheets: 2,
    sheets_without_tables: 0,
    tables: 3,
    predicted: 2,
  });
  expect(
    report.scores.map(({ tables: { matched, precision, recall } }) => [matched, precision, recall]),
  ).toEqual([
    [1, 1 / 2, 1 / 3],
    [2, 1, 2 / 3],
    [2, 1, 2 / 3],
  ]);
  // Two: 1 of 2 tables, the one prediction right. Row: nothing at EoB 0.
  expect(report.scores[0]!.sheets).toEqual({ precision: 0.5, recall: 0.25, f1: 2 / 3 / 2, eob_mean: 0 });
  // Blocks of cells are exact on both tables of the first sheet, and one row too large on the second.
  expect(report.baseline.map(({ tables }) => tables.matched)).toEqual([2, 3, 3]);
  expect(report.sheets.map(({ file, sheet, truth }) => [file, sheet, truth.map(({ kind }) => kind)])).toEqual(
    [
      ["a.xlsx", "Two", ["exact", "missed"]],
      ["a.xlsx", "Row", ["near"]],
    ],
  );
  expect(report.groups.label_origin.map(({ name, sheets }) => [name, sheets])).toEqual([
    ["excel", 1],
    ["manual", 1],
  ]);
  expect(report.skipped.map(({ file }) => file)).toEqual(["known/broken.xlsx"]);
});

test("bun run evaluate takes the datasets of the checkpoint's configuration and finds tables inside the sheets", async () => {
  const { code, stdout } = await runEvaluate(checkpoint, "--device", "js", "--json", "--thresholds");
  expect(code).toBe(0);
  const report = JSON.parse(stdout) as EvaluationReport;
  expect(report).toMatchObject({ datasets: ["known"], checkpoint, score_threshold: 0, max_rows: 16_384 });
  expect(report.counts).toMatchObject({ sheets: 2, tables: 3 });
  expect(report.counts.predicted).toBeGreaterThan(0);
  for (const { rows, columns, predicted } of report.sheets) {
    for (const { range, score } of predicted) {
      const { bottom, right } = parseRange(range)!;
      expect(bottom).toBeLessThanOrEqual(rows);
      expect(right).toBeLessThanOrEqual(columns);
      expect(score).toBeWithin(0, 1);
    }
  }
  expect(report.thresholds).toHaveLength(19);
});

test("bun run evaluate --mode hybrid has Excel's tables first, with score 1, and the model's beside them", async () => {
  const { code, stdout } = await runEvaluate(checkpoint, "--device", "js", "--json", "--mode", "hybrid");
  expect(code).toBe(0);
  const [two] = (JSON.parse(stdout) as EvaluationReport).sheets;
  expect(two!.predicted[0]).toEqual({ range: "B2:D6", score: 1, kind: "exact" });
});

test("bun run evaluate prints figures on standard output, what is left out on standard error, and no progress", async () => {
  const { code, stdout, stderr } = await runEvaluate("--mode", "excel", ...DATA, "--worst", "1");
  expect(code).toBe(0);
  expect(stdout).toStartWith(
    "known, test split: 2 sheets of 1 workbook, 3 tables, 0 without any; 1 left out\n",
  );
  expect(stdout).toMatch(/over tables, EoB 2 +1\.000 +0\.667 +0\.800 +0\.50 +1\.000 +1\.000 +1\.000 +0\.33/);
  expect(stdout).toContain(
    "worst sheets (1 of 2 with mistakes)\nknown/a.xlsx/Two: 1 mistake at EoB 2, 1 at EoB 0",
  );
  expect(stdout).not.toContain("\u001b");
  expect(stderr).toContain("left out, and not counted (1):\n  known/broken.xlsx: ");
});

test("bun run evaluate --html writes a page of its own, with the cells' texts only where they are asked for", async () => {
  using folder = temporaryFolder("datasets");
  const page = folder.join("new", "report.html");
  const first = await runEvaluate("--mode", "excel", ...DATA, "--html", page);
  expect([first.code, first.stdout.includes(page)]).toEqual([0, false]);
  expect(first.stderr).toContain(`wrote ${page}\n`);
  const plain = readFileSync(page, "utf8");
  expect(plain.match(/<article /g)).toHaveLength(2);
  expect(plain).not.toContain(SECRET);
  const second = await runEvaluate("--mode", "excel", ...DATA, "--html", page, "--texts");
  expect(second.code).toBe(0);
  expect(second.stderr).toContain(`replaced ${page}\n`);
  expect(readFileSync(page, "utf8")).toContain(SECRET.slice(0, 6));
  expect(readdirSync(folder.join("new"))).toEqual(["report.html"]);
});

test("bun run evaluate cannot write a page under a file: exit code 2, and says so", async () => {
  using folder = temporaryFolder("datasets");
  const file = folder.join("file");
  writeFileSync(file, "");
  const { code, stderr } = await runEvaluate("--mode", "excel", ...DATA, "--html", join(file, "r.html"));
  expect(code).toBe(2);
  expect(stderr).toContain("Cannot write the page");
});

test("bun run evaluate on a split without sheets is wrong usage that says what there is", async () => {
  const { code, stdout, stderr } = await runEvaluate("--mode", "excel", "--split", "validation", ...DATA);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toContain("Cannot evaluate on the validation split: no labelled sheet is in it");
  expect(stderr).toContain("train 1, validation 0, test 3 sheets");
  expect(stderr).toContain("--split test");
});

test("bun run evaluate ends with 1 where data.on_bad_file is fail and a workbook is broken", async () => {
  const { code, stderr } = await runEvaluate("--mode", "excel", ...DATA, "--data.on_bad_file=fail");
  expect(code).toBe(1);
  expect(stderr).toContain("broken.xlsx");
});

test("bun run evaluate refuses wrong usage with exit code 2 and the nearest option", async () => {
  for (const [args, message] of [
    [["--mode", "excel", "--jsn", ...DATA], "--json"],
    [["--mode", "excel", "--training.lr=1", ...DATA], "an option of bun run evaluate"],
    [["--mode", "excel", "--data.max_row=5", ...DATA], "max_rows"],
    [
      ["--mode", "excel", "--data.root=/nowhere", "--data.dataset_names=[gone]"],
      'Cannot use the dataset "gone"',
    ],
    [["--mode", "excel", "--texts", ...DATA], "Cannot use --texts"],
    [["--mode", "excel", "--thresholds", ...DATA], "Cannot count at other scores"],
    [["--mode", "guess", ...DATA], "guess"],
    [["nowhere", ...DATA], "Cannot find a checkpoint"],
    [["a", "b"], "CHECKPOINT, and no other argument"],
    [[checkpoint, "--score-threshold", "7"], "a number from 0 to 1"],
    [[checkpoint, "--worst", "-1"], "a whole number from 0"],
  ] as const) {
    const { code, stderr } = await runEvaluate(...args);
    expect([args.join(" "), code]).toEqual([args.join(" "), 2]);
    expect(stderr).toContain(message);
  }
});

test.skipIf(process.platform === "win32")(
  "bun run evaluate stops on SIGINT with exit code 130 and writes nothing",
  async () => {
    const own = writeKnownDataset();
    const page = join(own, "report.html");
    const workbook = join(own, "known", "files", "a.xlsx");
    rmSync(workbook);
    using held = new HeldWorkbook(workbook);
    const args = ["--mode", "excel", "--html", page, `--data.root=${own}`, ...DATA.slice(1)];
    const running = startEvaluate(args, held.env);
    await held.reached(running);
    running.kill("SIGINT");
    expect(await running.exited).toBe(130);
    expect(await new Response(running.stderr).text()).toContain("stopped: nothing was written");
    expect(existsSync(page)).toBe(false);
  },
);

test("bun run evaluate refuses a named root that is missing, and makes nothing there", async () => {
  using folder = temporaryFolder("datasets");
  const { code, stderr } = await runEvaluate("--mode", "excel", `--data.root=${folder.join("nowhere")}`);
  expect([code, stderr.includes("no such folder")]).toEqual([2, true]);
  expect(existsSync(folder.join("nowhere"))).toBe(false);
});
