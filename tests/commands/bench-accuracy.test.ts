/** Tests the benchmarks that say how accurate a checkpoint is. */

import { expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { judgeCases } from "../../bench/judge-cases.ts";
import { parseRange } from "../../core/base/range.ts";
import { filledSheet, label, writeDataset } from "../support/dataset-folder.ts";
import { layoutCases } from "../support/layout-cases.ts";
import { writeRandomCheckpoint } from "../support/random-checkpoint.ts";
import { runCommand } from "../support/run-command.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const answering = (answers: readonly (readonly string[])[]) => {
  const waiting = answers.map((ranges) => ranges.map((range) => ({ range: parseRange(range)!, score: 0.9 })));
  return async (sheets: readonly unknown[]) => sheets.map(() => waiting.shift()!);
};

test("a case is right if exactly the ranges of one of its answers are found, in any order", async () => {
  const cases = layoutCases();
  const first = await judgeCases(cases, answering(cases.map(({ right }) => [...right[0]!].reverse())));
  expect(first.map(({ isRight }) => isRight)).toEqual(cases.map(() => true));
  const last = await judgeCases(cases, answering(cases.map(({ right }) => right.at(-1)!)));
  expect(last.every(({ isRight }) => isRight)).toBe(true);
  const none = await judgeCases(cases, answering(cases.map(() => [])));
  expect(none.filter(({ isRight }) => isRight).map(({ name }) => name)).toEqual(["criteria and settings"]);
  const more = await judgeCases(cases, answering(cases.map(({ right }) => [...right[0]!, "Y90:Z99"])));
  expect(more.filter(({ isRight }) => isRight)).toEqual([]);
});

test("bench accuracy prints one row per dataset and number of tables, and reminds only of test sheets", async () => {
  using folder = temporaryFolder("bench-accuracy");
  writeRandomCheckpoint(folder.join("random.pt"));
  mkdirSync(folder.join("data"));
  const books = {
    "a.xlsx": [
      filledSheet("one", 9, 4),
      filledSheet("two", 20, 5),
      { name: "none", cells: [{ row: 1, column: 1, value: "x" }] },
    ],
    "b.xlsx": [filledSheet("tested", 9, 4)],
  };
  writeDataset(folder.join("data"), "mine", books, [
    label("a.xlsx", "one", ["A1:D9"], "training_set"),
    label("a.xlsx", "two", ["A1:E9", "A11:E20"], "training_set"),
    label("a.xlsx", "none", [], "training_set"),
    label("b.xlsx", "tested", ["A1:D9"], "testing_set"),
  ]);
  const measure = (...more: string[]) =>
    runCommand("bench/main.ts", [
      ...["accuracy", folder.join("random.pt"), "--root", folder.join("data")],
      ...["--datasets", "mine", "--device", "wasm", ...more],
    ]);
  const train = await measure();
  expect([train.code, train.stderr]).toEqual([0, expect.not.stringContaining("three times")]);
  const firstCells = train.stdout.split("\n").map((line) => line.split(" | ").slice(0, 2).join(" | "));
  expect(firstCells.slice(2, 5)).toEqual([
    "| `mine`, `training_set` | 3, 3",
    "| … one table | 1, 1",
    "| … two tables | 1, 2",
  ]);
  // The blocks: A1:D9 is right, A1:E20 is not. The lone cell is none.
  expect(train.stdout).toMatch(/^\| `mine`.* \| 0\.400 \/ 0\.400 \|$/m);
  expect(train.stdout).toMatch(/^- sheets without a table that get none: [01] of 1$/m);
  expect(train.stdout).toMatch(/^- expected calibration error .*: mine –; all –$/m);
  expect(train.stdout).toMatch(/^- layout cases: \d of 7/m);
  const tested = await measure("--split", "test");
  expect([tested.code, tested.stdout]).toEqual([0, expect.stringContaining("`mine`, `testing_set` | 1, 1")]);
  expect(tested.stderr).toContain("at most three times in all");
}, 120_000);
