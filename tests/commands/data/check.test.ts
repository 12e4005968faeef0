/** Tests the exit codes and the output of the command that checks datasets. */

import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { filledSheet, label, writeDataset } from "../../support/dataset-folder.ts";
import { messyDataset } from "../../support/messy-dataset.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { runData } from "./run-data.ts";

test("bun run data check ends with 1 for faults, 0 for doubts, and 1 for these too when strict", async () => {
  using root = temporaryFolder("datasets");
  messyDataset(root.path);
  const clean = [label("a.xlsx", "Data", ["A1:E8"])];
  writeDataset(root.path, "clean", { "a.xlsx": [filledSheet("Data", 8, 5)] }, clean);
  writeDataset(root.path, "doubtful", { "a.xlsx": [filledSheet("Data", 8, 5)] }, [
    label("a.xlsx", "Data", ["A1:E9"]),
  ]);
  const all = ["--data.train_ratio=1", "--data.val_ratio=0", "--data.test_ratio=0", "--data.cache=false"];
  const check = (...args: string[]) =>
    runData(root.path, "check", `--data.root=${root.path}`, ...all, ...args);

  const messy = await check("mine");
  expect(messy.code).toBe(1);
  expect(messy.stdout).toContain("left out: 6");
  expect(messy.stdout).toContain('mine/annotations/annotations.jsonl:5  b.xlsx, sheet "Other"');
  expect(messy.stdout).toContain("6 errors, 3 warnings");
  const fine = await check("clean");
  expect([fine.code, fine.stderr]).toEqual([0, ""]);
  expect(fine.stdout).toContain("every label fits its workbook");
  expect((await check("doubtful")).code).toBe(0);
  expect((await check("doubtful", "--strict")).code).toBe(1);
  const asJson = await check("clean", root.join("doubtful"), "--json");
  expect(
    asJson.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).dataset),
  ).toEqual(["clean", "doubtful"]);
});

test("bun run data check and stats refuse a named root that is missing, and make nothing there", async () => {
  using folder = temporaryFolder("datasets");
  for (const command of ["check", "stats"]) {
    const { code, stdout, stderr } = await runData(folder.path, command, "--data.root=nowhere");
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("no such folder");
  }
  expect(existsSync(folder.join("nowhere"))).toBe(false);
});
