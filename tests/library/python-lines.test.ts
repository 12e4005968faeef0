/** Tests the lines of docs/library.md that read predictions into pandas. */

import { expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { endOf, runCommand } from "../support/run-command.ts";
import { skipped } from "../support/skipped.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** A Python with pandas; null if there is none. */
function findPandas(): string | null {
  for (const python of [process.env.PANDAS_PYTHON, "python3"].filter((path) => path !== undefined)) {
    if (spawnSync(python, ["-c", "import pandas"]).status === 0) return python;
  }
  return null;
}

const python = findPandas();
if (python === null) skipped("predictions in pandas", "no Python with pandas; PANDAS_PYTHON names one");

test.skipIf(python === null)("the lines of the page give a data frame with one row per table", async () => {
  using folder = temporaryFolder("pandas");
  const page = readFileSync(join(PROJECT_ROOT, "docs/library.md"), "utf8");
  const lines = /^```python\n([\s\S]*?)^```$/m.exec(page)![1]!;
  expect(lines.split("\n").filter((line) => line.trim() !== "").length).toBe(6);
  copyFileSync(join(PROJECT_ROOT, "docs/samples/budget.xlsx"), folder.join("budget.xlsx"));
  folder.write("broken.xlsx", "no workbook");
  const args = ["budget.xlsx", "broken.xlsx", "--device", "wasm", "--output", "found.jsonl"];
  expect((await runCommand("core/commands/predict.ts", args, { cwd: folder.path })).code).toBe(1);
  folder.write("read.py", `${lines}\nprint(found.to_json(orient="records", lines=True))\n`);
  const child = Bun.spawn([python!, "read.py"], {
    cwd: folder.path,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const { code, stdout, stderr } = await endOf(child);
  expect([code, stderr]).toEqual([0, ""]);
  const rows = stdout
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(rows.map((row) => [row.file, row["sheets.sheet"], row.range])).toEqual([
    ["budget.xlsx", "Budget", "B4:G11"],
    ["budget.xlsx", "Budget", "B15:E20"],
    ["budget.xlsx", "Staff", "A1:D7"],
  ]);
  for (const row of rows) expect(row.score).toBeGreaterThan(0.4);
});
