/** Tests the command that describes a dataset in numbers. */

import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { CHANNEL_COUNT } from "../../../core/features/grid.ts";
import { filledSheet, label, writeDataset } from "../../support/dataset-folder.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { runData } from "./run-data.ts";

test("bun run data stats prints text or JSON, only of the split asked for, and writes the page", async () => {
  using root = temporaryFolder("datasets");
  const lines = [
    label("a.xlsx", "Data", ["A1:D6", "A10:D20"]),
    label("a.xlsx", "More", []),
    label("b.xlsx", "Data", ["A1:D5"], "testing_set"),
    label("gone.xlsx", "Data", ["A1:D5"]),
  ];
  const book = [filledSheet("Data", 20, 4), filledSheet("More", 3, 2)];
  writeDataset(root.path, "mine", { "a.xlsx": book, "b.xlsx": book }, lines);
  const options = [
    `--data.root=${root.path}`,
    "--data.train_ratio=1",
    "--data.val_ratio=0",
    "--data.test_ratio=0",
  ];
  const run = (...args: string[]) => runData(root.path, "stats", "mine", ...options, ...args);

  const [text, json] = await Promise.all([
    run("--html", "page/stats.html"),
    run("--json", "--split", "train"),
  ]);
  expect([text.code, text.stderr]).toEqual([0, "wrote page/stats.html\n"]);
  expect(text.stdout).toContain(
    "mine: 3 sheets of 2 workbooks, 3 tables, 1 sheet without any, 1 left out (bun run data check says why)",
  );
  expect(text.stdout).toMatch(/^rows of a table +5 +5 +6 +11 +11 +7\.3$/m);
  expect(readFileSync(root.join("page", "stats.html"), "utf8")).toContain("<h1>mine: all splits</h1>");
  root.write("notes.html", "<p>mine");
  const refused = await run("--html", "notes.html");
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("or --overwrite to replace")]);
  expect((await run("--html", "page/stats.html")).code).toBe(0); // its own page
  expect((await run("--html", "notes.html", "--overwrite")).code).toBe(0);
  expect((await run("--html", "notes.xlsx")).stderr).toContain("got       .xlsx");
  const statistics = JSON.parse(json.stdout);
  expect(statistics).toMatchObject({ sheets: 2, tables: 2, sheetsWithoutTables: 1, leftOut: 1 });
  expect(statistics.channels).toHaveLength(CHANNEL_COUNT);
});
