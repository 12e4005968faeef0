/** Tests `predict --memory-limit`: the same tables with fewer threads, and what it refuses. */

import { afterAll, beforeAll, expect, test } from "bun:test";
import type { SheetLayout } from "../../core/excel/write/workbook-layout.ts";
import { MEMORY } from "../../core/prediction/memory-plan.ts";
import { filledSheet } from "../support/dataset-folder.ts";
import { type PredictProject, predictProject } from "./predict-project.ts";

const LEAST = MEMORY.program + MEMORY.worker + MEMORY.reader + MEMORY.largeSheet;

/** Two cells far apart. The features of all places between them take 2 · size² bytes. */
function wideSheet(size: number): SheetLayout {
  return { name: "Wide", cells: [1, size].map((place) => ({ row: place, column: place, value: place })) };
}

let project: PredictProject;

beforeAll(async () => {
  project = await predictProject();
  project.workbook("books/a.xlsx", [filledSheet("First", 12, 4), filledSheet("Second", 5, 9)]);
  project.workbook("books/large.xlsx", [wideSheet(3_000)]);
  project.workbook("more/a.xlsx");
  project.workbook("more/wide.xlsx", [wideSheet(4_000)]);
});
afterAll(() => project.remove());

test("a limit changes nothing in the results, and each large sheet gets its turn", async () => {
  const free = await project.predict(["run", "books", "--jsonl"]);
  const limited = await project.predict(["run", "books", "--jsonl", "--memory-limit", "500"]);
  expect([free.code, limited.code]).toEqual([0, 0]);
  expect(limited.stdout).toBe(free.stdout);
});

test("a sheet that does not fit is a problem of its workbook alone, and says by how much to raise the limit", async () => {
  const limit = ["--memory-limit", String(LEAST)];
  const { code, stdout, stderr } = await project.predict(["run", "more", "--jsonl", ...limit]);
  expect(code).toBe(1);
  const [first, wide] = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(first.sheets).toHaveLength(1);
  expect(wide.error).toContain('Cannot look at the sheet within --memory-limit (sheet "Wide")');
  expect(stderr).toMatch(/wide\.xlsx {2}sheet "Wide"[\s\S]*fix +raise --memory-limit by \d+/);
});

test("a limit that one worker and one reading thread exceed is refused", async () => {
  const limit = ["--memory-limit", String(LEAST - 1)];
  const { code, stdout, stderr } = await project.predict(["run", "books", ...limit]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(`fix       --memory-limit ${LEAST}`);
});

test("a mode without a network needs no memory for one", async () => {
  const limit = ["--mode", "excel", "--jsonl", "--memory-limit"];
  const { code } = await project.predict(["more/a.xlsx", ...limit, String(LEAST - MEMORY.worker)]);
  expect(code).toBe(0);
  const refused = await project.predict(["more/a.xlsx", ...limit, String(LEAST - MEMORY.worker - 1)]);
  expect(refused.code).toBe(2);
  expect(refused.stderr).not.toContain("network");
});
