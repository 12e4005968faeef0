/** `predict --shard` and `predict merge`: the parts together are what one process writes. */

import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { fileSize } from "../../core/files/file-state.ts";
import { runCommand } from "../support/run-command.ts";
import { type PredictProject, predictProject } from "./predict-project.ts";

let project: PredictProject;
const read = (name: string) => readFileSync(join(project.folder, name), "utf8");
const part = (number: number) => `r.shard-${number}-of-3.jsonl`;
const PARTS = [1, 2, 3].map(part);

beforeAll(async () => {
  project = await predictProject();
  for (let number = 0; number < 6; number++) project.workbook(`books/${number}.xlsx`);
  project.file("books/bad.xlsx", "no workbook");
  const { code } = await project.predict(["books", "--mode", "excel", "--output", "one.jsonl"]);
  expect(code).toBe(1);
  // The bad workbook is the merge's matter: no scheduler has to start its shard again.
  for (const number of [1, 2, 3]) expect((await shard(number)).code).toBe(0);
});
afterAll(() => project.remove());

const shard = (number: number, more: readonly string[] = []) =>
  project.predict(["books", "--mode", "excel", "--output", "r.jsonl", "--shard", `${number}/3`, ...more]);
const merge = (...args: string[]) =>
  runCommand("core/commands/predict.ts", ["merge", ...args], { cwd: project.folder });

test("the merged output is that of one process, byte for byte, and failed workbooks are said", async () => {
  const { code, stderr } = await runMerge(["--output", "all.jsonl"]);
  expect(stderr).toContain("wrote all.jsonl: 7 workbooks of 3 shards, 1 failed");
  expect(code).toBe(1);
  expect(read("all.jsonl")).toBe(read("one.jsonl"));
});

test("a shard that was cut off anywhere is completed, in its header as in its lines", async () => {
  for (const left of [10, fileSize(join(project.folder, part(2)))! - 7]) {
    truncateSync(join(project.folder, part(2)), left);
    expect((await runMerge([])).code).toBe(1);
    const again = await shard(2);
    expect(again.stderr).toContain(`shard 2 of 3: `);
    expect((await runMerge([])).stdout).toBe(read("one.jsonl"));
  }
});

test("retried workbooks keep their place in the merged output", async () => {
  const holder = PARTS.findIndex((name) => read(name).includes('"error"')) + 1;
  expect((await shard(holder)).code).toBe(0);
  expect((await shard(holder, ["--retry-failed"])).code).toBe(0);
  expect(read(part(holder)).split("\n")[0]).toStartWith('{"shard":');
  expect((await runMerge([])).stdout).toBe(read("one.jsonl"));
});

test("another list is not continued, and neither is another shard's output", async () => {
  project.workbook("more/1.xlsx");
  const args = ["books", "more", "--mode", "excel", "--output", "r.jsonl", "--shard", "1/3"];
  const { code, stderr } = await project.predict(args);
  expect(stderr).toContain("Cannot continue this output: it holds other workbooks");
  expect(code).toBe(2);
});

test("a shard needs a .jsonl file, and no --extract", async () => {
  for (const more of [["--output", "r.csv"], [], ["--output", "r.jsonl", "--extract", "tables"]]) {
    const { code, stderr } = await project.predict(["books", "--mode", "excel", "--shard", "1/3", ...more]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("Cannot do shard 1 of 3 alone")]);
  }
});

test("more shards than workbooks leave some empty, and these merge too", async () => {
  const args = ["books/0.xlsx", "books/1.xlsx", "--mode", "excel", "--output", "few.jsonl"];
  for (const number of [1, 2, 3]) {
    expect((await project.predict([...args, "--shard", `${number}/3`])).code).toBe(0);
  }
  const { code, stdout } = await merge(...[1, 2, 3].map((number) => `few.shard-${number}-of-3.jsonl`));
  expect([code, stdout.split("\n").length]).toEqual([0, 3]);
});

function runMerge(more: readonly string[]) {
  return merge(...PARTS, ...more);
}

test("fetched workbooks give the lines of files, a missing one is named, and shards of them merge", async () => {
  const list = project.file("list.txt", "books/0.xlsx\nbooks/1.xlsx\nbooks/gone.xlsx\n");
  const fetch = ["--list-from", list, "--fetch", "cp {} {local} 2>&1", "--fetch-ahead", "1"];
  const args = ["--mode", "excel", "--output", "fetched.jsonl", ...fetch];
  const one = await project.predict(args);
  expect(one.stderr).toMatch(/books\/gone\.xlsx {2}Cannot fetch the workbook\n.*exit code 1/);
  const [first, second, gone] = read("fetched.jsonl").trimEnd().split("\n");
  expect(read("one.jsonl")).toContain(`${first}\n${second}\n`);
  expect(gone).toContain('"error"');
  for (const number of [1, 2]) await project.predict([...args, "--shard", `${number}/2`]);
  const parts = [1, 2].map((number) => `fetched.shard-${number}-of-2.jsonl`);
  expect((await merge(...parts)).stdout).toBe(read("fetched.jsonl"));
});
