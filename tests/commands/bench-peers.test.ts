/** Tests the comparison with other programs: their answers, their scores, the table of the README. */

import { expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PEERS } from "../../bench/peers/peers.ts";
import { runOurs } from "../../bench/peers/run-ours.ts";
import { type PeerAnswer, runPeer } from "../../bench/peers/run-peer.ts";
import { type SideBySide, scorePeer, sideBySideTable } from "../../bench/peers/side-by-side.ts";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { formatRange } from "../../core/base/range.ts";
import type { LoadedSplit } from "../../core/evaluation/load-split.ts";
import type { CellLayout } from "../../core/excel/write/workbook-layout.ts";
import { encodeWorkbook } from "../../core/excel/write/write-workbook.ts";
import { filledSheet } from "../support/dataset-folder.ts";
import { HeldTimers } from "../support/held-timers.ts";
import { ranges } from "../support/picture.ts";
import { writeRandomCheckpoint } from "../support/random-checkpoint.ts";
import { runCommand } from "../support/run-command.ts";
import { skipped } from "../support/skipped.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/until.ts";

const FOLDER = join(PROJECT_ROOT, "bench", "peers");

/** A peer that finds A1:B2 in everything, refuses `bad`, ends on `dies` and stands still on `hangs`. */
const PROGRAM = `
import { writeFileSync } from "node:fs";
console.log(JSON.stringify({ version: "1.2" }));
for await (const path of console) {
  if (path === "") continue;
  if (path === "dies") process.exit(3);
  if (path === "hangs") {
    writeFileSync(process.env.HANGS, "");
    await new Promise(() => setInterval(() => {}, 1000));
  }
  const answer = path === "bad" ? { error: "no workbook" } : { sheets: { [path]: ["A1:B2"] } };
  console.log(JSON.stringify(answer));
}`;

const shown = (answer: PeerAnswer) =>
  "error" in answer
    ? answer.error
    : [...answer.sheets].map(([name, found]) => `${name} ${found.map(formatRange)}`).join();

test("a peer that refuses, ends or stands still on a workbook fails on that one alone", async () => {
  using folder = temporaryFolder("peer");
  using timers = new HeldTimers(1234);
  const command = [process.execPath, folder.write("peer.ts", PROGRAM)];
  const env = { HANGS: folder.join("hangs") };
  const running = runPeer({ command, env }, ["a", "bad", "dies", "b", "hangs", "c"], 1234);
  await until(() => existsSync(env.HANGS));
  timers.pass();
  const { version, answers } = await running;
  const lost = "the program ended, or stood still";
  expect(version).toBe("1.2");
  expect(answers.map(shown)).toEqual(["a A1:B2", "no workbook", lost, "b A1:B2", lost, "c A1:B2"]);
});

test("a peer that does not start is an error, not a peer that finds nothing", async () => {
  const run = runPeer({ command: [process.execPath, "-e", "process.exit(1)"], env: {} }, ["a"]);
  await expect(run).rejects.toThrow("does not start");
});

const sheet = (path: string, sheetName: string, truth: string) => ({
  path,
  sheetName,
  ranges: ranges(truth),
});
const SPLIT = {
  sheets: [
    sheet("a", "One", "A1:B9"),
    sheet("a", "Two", "A1:C3"),
    sheet("b", "One", ""),
    sheet("c", "One", "A1:B2"),
  ],
} as unknown as LoadedSplit;

test("sheets without an answer count as if nothing was found on them", () => {
  const answers = new Map<string, PeerAnswer>([
    [
      "a",
      {
        sheets: new Map([
          ["One", ranges("A1:B9")],
          ["Two", ranges("A1:C5")],
        ]),
      },
    ],
    ["b", { sheets: new Map() }],
    ["c", { error: "broken" }],
  ]);
  // EoB 2: 2 of 3 tables with 2 predictions; EoB 0: 1 of 3.
  const score = scorePeer(SPLIT, answers);
  expect(score).toEqual({ f1_eob_2: 4 / 5, f1_eob_0: 2 / 5, unanswered: 2 });
});

test("the table has this project first if it was measured, then the others by F1", () => {
  const result = (near: number) => ({
    how: "1.0, gap=1",
    scores: { real: { f1_eob_2: near, f1_eob_0: 0.25, unanswered: 3 } },
    seconds: 12.34,
    peak_mb: 99,
  });
  const text = sideBySideTable({
    datasets: { real: { sheets: 93, tables: 120 }, field: { sheets: 160, tables: 277 } },
    results: { worse: result(0.5), better: result(0.75), "tablesense2 --mode model": result(0.25) },
  });
  expect(text.split("\n")).toEqual([
    "| F1 at EoB 2 / EoB 0 | `real`, 93 sheets | `field`, 160 sheets | sheets without an answer | processor time, 100 workbooks | memory |",
    "| --- | --- | --- | --- | --- | --- |",
    "| **tablesense2 --mode model** 1.0, gap=1 | 0.250 / 0.250 | – | 3 | 12 s | 99 MB |",
    "| better 1.0, gap=1 | 0.750 / 0.250 | – | 3 | 12 s | 99 MB |",
    "| worse 1.0, gap=1 | 0.500 / 0.250 | – | 3 | 12 s | 99 MB |",
  ]);
});

test("the table of the README is the one of the results that are kept", () => {
  const results: SideBySide = JSON.parse(readFileSync(join(FOLDER, "results.json"), "utf8"));
  const page = readFileSync(join(PROJECT_ROOT, "README.md"), "utf8");
  const table = /<!-- begin: side by side -->\n\n(.*?)\n\n<!-- end: side by side -->/s.exec(page)?.[1];
  expect(table).toBe(sideBySideTable(results)); // bun run bench peers --table writes it
  const kept = Object.keys(results.results);
  expect(PEERS.map(({ name }) => name).filter((name) => !kept.includes(name))).toEqual([]);
});

test("each peer has pinned packages and a program that is there", () => {
  for (const { packages, program } of PEERS) {
    expect([program, existsSync(join(FOLDER, program))]).toEqual([program, true]);
    for (const each of packages ?? []) expect(each).toMatch(/^[\w-]+(\[[\w-]+\])?==[\d.]+$/);
  }
});

test("bench peers names the nearest contestant, with exit code 2", async () => {
  const { code, stderr } = await runCommand("bench/main.ts", ["peers", "gridgulb", "--root", "data"]);
  expect([code, stderr]).toEqual([2, expect.stringContaining('"gridgulp"')]);
}, 60_000);

test("this project answers as the peers do, with an error for what it cannot read", async () => {
  using folder = temporaryFolder("ours");
  writeRandomCheckpoint(folder.join("random.pt"));
  const path = folder.write("a.xlsx", encodeWorkbook({ sheets: [filledSheet("One", 9, 4)] }));
  const broken = folder.write("b.xlsx", "no workbook");
  const { answers, seconds, peakMb } = await runOurs("model", folder.join("random.pt"), [path, broken]);
  const [first, second] = answers;
  expect("sheets" in first! && [...first.sheets.keys()]).toEqual(["One"]);
  expect(second).toEqual({ error: expect.stringContaining("Cannot read the workbook") });
  expect(seconds).toBeGreaterThan(0);
  expect(peakMb).toBeGreaterThan(0);
}, 120_000);

const PYTHON = ["python3", "/usr/bin/python3"].find(
  (each) => spawnSync(each, ["-c", "import openpyxl"]).status === 0,
);
if (PYTHON === undefined) skipped("peers on openpyxl", "no python3 with openpyxl");

test.skipIf(PYTHON === undefined)(
  "the peers on openpyxl find regions, the used range and table objects",
  async () => {
    using folder = temporaryFolder("openpyxl-peer");
    const rows = ["Ab...", "99...", ".....", "xx.x.", "99..9", "99..."];
    const cells = rows.flatMap((row, r) =>
      [...row].flatMap((mark, c): CellLayout[] =>
        mark === "." ? [] : [{ row: r + 1, column: c + 1, value: mark }],
      ),
    );
    const excelTables = [{ name: "Items", range: ranges("A1:B2")[0]!, columns: ["A", "b"] }];
    const path = folder.write("a.xlsx", encodeWorkbook({ sheets: [{ name: "S", cells, excelTables }] }));
    const broken = folder.write("b.xlsx", "no workbook");
    const program = join(FOLDER, "find_openpyxl.py");
    const found = async (take: string) => {
      const command = [PYTHON!, program, `take=${take}`];
      return (await runPeer({ command, env: { PYTHONDONTWRITEBYTECODE: "1" } }, [path, broken])).answers.map(
        shown,
      );
    };
    expect((await found("region"))[0]).toBe("S A1:B2,A4:B6,D4:E5");
    expect((await found("used"))[0]).toBe("S A1:E6");
    expect(await found("tables")).toEqual(["S A1:B2", expect.stringContaining("BadZipFile")]);
  },
);
