/** Tests the exit codes and the output of the command that checks datasets. */

import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { filledSheet, label, writeDataset } from "../../support/dataset-folder.ts";
import { messyDataset } from "../../support/messy-dataset.ts";
import { writeRandomCheckpoint } from "../../support/random-checkpoint.ts";
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
  // An empty sheet is one of them, which is not used.
  expect(messy.stdout).toContain("no errors, but look at them: 3");
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

test("bun run data check lists the lines of data label, which --strict does not accept", async () => {
  using root = temporaryFolder("datasets");
  writeDataset(root.path, "mine", { "a.xlsx": [filledSheet("Data", 8, 5)] }, []);
  const at = `--data.root=${root.path}`;
  expect((await runData(root.path, "label", root.join("mine"), "--blocks", "--overwrite")).code).toBe(0);
  const check = (...args: string[]) => runData(root.path, "check", "mine", at, ...args);
  const { code, stdout } = await check();
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(
      /used, and nobody has looked at the label: 1\n\n.*jsonl:1 {2}a\.xlsx, sheet "Data"/,
    ),
  ]);
  const skipping = (await check("--data.on_proposed_label=skip")).stdout;
  expect(skipping).toContain("not used, and nobody has looked");
  expect(skipping).toContain("1 sheet is a proposal that nobody has looked at; accept it, or use it with");
  expect((await check("--strict")).code).toBe(1);
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

test("bun run data check --doubts compares labels with predictions, and says what the weights were trained on", async () => {
  using root = temporaryFolder("datasets");
  const sheets = [filledSheet("Data", 8, 5), filledSheet("Other", 8, 5)];
  const lines = [label("a.xlsx", "Data", ["A1:E8"]), label("a.xlsx", "Other", [])];
  writeDataset(root.path, "mine", { "a.xlsx": sheets }, lines);
  const table = (sheet: string, score: number) =>
    JSON.stringify({ file_name: "a.xlsx", sheet_name: sheet, tables: [{ range: "A1:E8", score }] });
  const report = root.write("folds.jsonl", `${table("Data", 0.9)}\n${table("Other", 0.96)}\n`);
  const check = (...args: string[]) =>
    runData(root.path, "check", "mine", `--data.root=${root.path}`, ...args);
  const held = await check("--report", report);
  expect(held.code).toBe(0);
  expect(held.stdout).toContain("used, but the label may be wrong: 1");
  expect(held.stdout).toContain("predicted is A1:E8 with score 0.96, the label has no table there");
  expect(held.stdout).toContain("2 labels compared with predictions: 1 doubt in all");
  expect((await check("--report", report, "--strict")).code).toBe(1);
  const json = JSON.parse((await check("--report", report, "--json")).stdout);
  expect([json.doubts.length, json.compared]).toEqual([1, 2]);
  expect(JSON.parse((await check("--json")).stdout).doubts).toBeNull();

  const wasm = ["--device", "wasm"];
  const shipped = await check("--doubts", ...wasm);
  expect([shipped.code, shipped.stdout.includes("2 labels compared")]).toEqual([0, true]);
  expect(shipped.stderr).toContain("does not say what it was trained on");
  const notes = async (data: Record<string, unknown>) => {
    writeRandomCheckpoint(root.join("own.pt"), { data });
    return (await check("--checkpoint", "own.pt", ...wasm)).stderr;
  };
  const splits = { train_ratio: 0.8, val_ratio: 0.2, test_ratio: 0 };
  expect(await notes({ dataset_names: ["mine"], root: root.path, ...splits })).toContain(
    "own.pt was trained on this dataset: 2 of its 2 sheets are in its training and validation splits",
  );
  expect(await notes({ dataset_names: ["theirs"], root: root.path, ...splits })).toContain(
    "own.pt was trained on theirs, so the predictions are held out",
  );
  const both = await check("--report", report, "--checkpoint", "latest");
  expect([both.code, both.stderr.includes("Cannot tell which predictions are meant")]).toEqual([2, true]);
});
