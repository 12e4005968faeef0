/** Tests the exit codes and the output of the command that checks datasets. */

import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { filledSheet, label, writeDataset } from "../../support/dataset-folder.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { runData } from "./run-data.ts";

function messyDataset(root: string): void {
  const book = [filledSheet("Data", 10, 5), filledSheet("Other", 3, 3), { name: "Empty", cells: [] }];
  const lines = [
    label("a.xlsx", "Data", ["A1:E5", "A4:E10"]),
    label("a.xlsx", "Dat", ["A1:B2"]),
    label("a.xlsx", "Empty", []),
    label("b.xlsx", "Data", ["A1:E12"]),
    label("b.xlsx", "Other", ["Z90:Z99"]),
    label("c.xlsx", "Data", ["A1:B2"]),
    label("broken.xlsx", "Data", ["A1:B2"]),
    label("b.xlsx", "Data", ["A1:E3"]),
  ];
  const broken = new TextEncoder().encode("broken");
  writeDataset(
    root,
    "mine",
    { "a.xlsx": book, "b.xlsx": book, "unused.xlsx": book, "broken.xlsx": broken },
    lines,
  );
  const path = join(root, "mine", "annotations", "annotations.jsonl");
  writeFileSync(path, `${readFileSync(path, "utf8")}{not json\n`);
}

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
