/** Tests that no command ends well whose results did not arrive. */

import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { filledSheet, label, writeDataset } from "../support/dataset-folder.ts";
import { skipped } from "../support/skipped.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const hasFull = existsSync("/dev/full");
if (!hasFull) skipped("tests of a full disk", "no /dev/full");

test.skipIf(!hasFull)(
  "every command whose standard output is full ends with 1 and says so, and none hangs",
  async () => {
    using root = temporaryFolder("full-disk");
    const book = [filledSheet("Data", 8, 5)];
    writeDataset(root.path, "mine", { "a.xlsx": book }, [label("a.xlsx", "Data", ["A1:E8"])]);
    const data = [`--data.root=${root.path}`, "--data.train_ratio=1", "--data.val_ratio=0"];
    const all = [...data, "--data.test_ratio=0", "--data.cache=false"];
    const evaluate = [
      "evaluate.ts",
      "--mode",
      "excel",
      "--split",
      "train",
      "--data.dataset_names=mine",
      ...all,
    ];
    const workbook = root.join("mine", "files", "a.xlsx");
    for (const [script, ...args] of [
      ["predict.ts", workbook, "--mode", "excel"],
      ["predict.ts", workbook, "--mode", "excel", "--jsonl"],
      ["predict.ts", workbook, "--mode", "excel", "--json"],
      ["predict.ts", "--help"],
      ["data.ts", "check", "mine", ...all],
      ["data.ts", "stats", "mine", ...all],
      ["data.ts", "show", workbook],
      evaluate,
      [...evaluate, "--json"],
      ["checkpoint.ts", "inspect", "pretrained"],
      ["checkpoint.ts", "inspect", "pretrained", "--json"],
    ] as const) {
      const command = [process.execPath, join(PROJECT_ROOT, "core", "commands", script), ...args];
      const child = Bun.spawn(command, { stdout: Bun.file("/dev/full"), stderr: "pipe" });
      const stderr = await new Response(child.stderr).text();
      expect([script, args, await child.exited]).toEqual([script, args, 1]);
      expect(stderr).toContain("Cannot write to standard output\n  got       ENOSPC");
    }
  },
  120_000,
);
