/** `evaluate --shard` and `evaluate merge`: the shards together give the report of one process. */

import { beforeAll, expect, test } from "bun:test";
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { fileSize } from "../../core/files/file-state.ts";
import { label, writeDataset } from "../support/dataset-folder.ts";
import { writeRandomCheckpoint } from "../support/random-checkpoint.ts";
import { sharedFolder } from "../support/temporary-folder.ts";
import { runEvaluate } from "./run-evaluate.ts";

const folder = sharedFolder("evaluate-shards");
const root = folder.join("data");
const checkpoint = folder.join("best.pt");
const COUNT = 3;
const RUN = [checkpoint, "--device", "js", "--thresholds"];
const output = folder.join("r.jsonl");
const part = (number: number) => folder.join(`r.shard-${number}-of-${COUNT}.jsonl`);
const PARTS = [3, 1, 2].map(part);

const cells = (rows: number) =>
  Array.from({ length: rows * 3 }, (_, at) => {
    return { row: 1 + Math.floor(at / 3), column: 1 + (at % 3), value: at < 3 ? `Head ${at}` : at };
  });
const sheet = (name: string, rows: number) => ({ name, cells: cells(rows) });

beforeAll(async () => {
  writeDataset(
    root,
    "many",
    {
      "a.xlsx": [sheet("One", 6), sheet("Two", 9), sheet("None", 1)],
      "b.xlsx": [sheet("One", 40)],
      "c.xlsx": [sheet("One", 4)],
      "d.xlsx": [sheet("One", 12), sheet("Two", 5)],
      "broken.xlsx": Buffer.from("broken"),
    },
    [
      // Sheets of one workbook lie apart among the labels.
      { ...label("a.xlsx", "One", ["A1:C6"], "testing_set"), label_origin: "manual" },
      label("b.xlsx", "One", ["A1:C40"], "testing_set"),
      { ...label("d.xlsx", "One", ["A1:C15"], "testing_set"), confidence: "high" },
      label("broken.xlsx", "One", ["A1:C5"], "testing_set"),
      { ...label("a.xlsx", "Two", ["A1:C8"], "testing_set"), label_origin: "excel" },
      label("c.xlsx", "One", [], "testing_set"),
      label("c.xlsx", "Absent", ["A1:C5"], "testing_set"),
      label("d.xlsx", "Two", ["A1:C5"], "testing_set"),
      label("a.xlsx", "None", [], "testing_set"),
    ],
  );
  writeRandomCheckpoint(checkpoint, { data: { dataset_names: ["many"], root, cache: false } });
  for (const number of [1, 2, 3]) expect((await shard(number, ["--drawings"])).code).toBe(0);
});

const shard = (number: number, more: readonly string[] = []) =>
  runEvaluate(...RUN, "--shard", `${number}/${COUNT}`, "--output", output, ...more);
const merge = (...args: readonly string[]) => runEvaluate("merge", ...args);

test("the merged JSON, text and page are those of one process, byte for byte", async () => {
  const [one, all] = [folder.join("one.html"), folder.join("all.html")];
  const json = await runEvaluate(...RUN, "--json", "--html", one);
  const merged = await merge(...PARTS, "--json", "--html", all);
  expect([merged.code, merged.stdout]).toEqual([0, json.stdout]);
  expect(JSON.parse(merged.stdout).counts).toMatchObject({ workbooks: 4, sheets: 7 });
  expect(JSON.parse(merged.stdout).skipped).toHaveLength(2);
  expect(JSON.parse(merged.stdout).notes.length).toBeGreaterThan(0);
  expect(readFileSync(all, "utf8")).toBe(readFileSync(one, "utf8"));
  const [text, mergedText] = [
    await runEvaluate(...RUN, "--worst", "2"),
    await merge(...PARTS, "--worst", "2"),
  ];
  expect([mergedText.stdout, mergedText.stderr]).toEqual([text.stdout, text.stderr]);
});

test("a shard says which part it is, and replaces its own output but no other file", async () => {
  const again = await shard(2, ["--drawings"]);
  expect([again.code, again.stdout]).toEqual([0, ""]);
  expect(again.stderr).toMatch(/shard 2 of 3: \d of 5 workbooks: replaced .*r\.shard-2-of-3\.jsonl/);
  const foreign = folder.write("other.shard-1-of-3.jsonl", "mine");
  const args = [...RUN, "--shard", "1/3", "--output", folder.join("other.jsonl")];
  expect((await runEvaluate(...args)).code).toBe(2);
  expect(readFileSync(foreign, "utf8")).toBe("mine");
});

test("a missing shard, a shard twice and a cut file are named", async () => {
  const missing = await merge(part(1), part(3));
  expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining("missing: shard 2/3")]);
  const twice = await merge(part(1), part(2), part(2), part(3));
  expect([twice.code, twice.stderr]).toEqual([1, expect.stringContaining("Cannot merge a shard twice")]);
  const cut = folder.join("cut.jsonl");
  writeFileSync(cut, readFileSync(part(3)));
  truncateSync(cut, fileSize(cut)! - 5);
  const torn = await merge(part(1), part(2), cut);
  expect([torn.code, torn.stderr]).toEqual([1, expect.stringContaining("the file is not whole")]);
});

test("shards with other settings are refused, with the setting's name", async () => {
  const other = folder.join("o.jsonl");
  const args = ["--shard", "2/3", "--output", other, "--drawings", "--threshold", "0.25"];
  expect((await runEvaluate(...RUN, ...args)).code).toBe(0);
  const { code, stderr } = await merge(part(1), folder.join("o.shard-2-of-3.jsonl"), part(3));
  expect(code).toBe(1);
  expect(stderr).toContain("Cannot merge: --threshold is another one than in");
});

test("a page needs shards with drawings", async () => {
  for (const number of [1, 2]) {
    const args = ["--mode", "excel", "--shard", `${number}/2`, "--output", folder.join("p.jsonl")];
    expect((await runEvaluate(checkpoint, ...args)).code).toBe(0);
  }
  const parts = [1, 2].map((number) => folder.join(`p.shard-${number}-of-2.jsonl`));
  const { code, stderr } = await merge(...parts, "--html", folder.join("p.html"));
  expect([code, stderr]).toEqual([1, expect.stringContaining("--drawings")]);
  expect((await merge(...parts)).stdout).toBe((await runEvaluate(checkpoint, "--mode", "excel")).stdout);
});

test("more shards than workbooks leave some empty, and these merge too", async () => {
  const numbers = [1, 2, 3, 4, 5, 6];
  for (const number of numbers) {
    const args = ["--mode", "excel", "--shard", `${number}/6`, "--output", folder.join("few.jsonl")];
    expect((await runEvaluate(checkpoint, ...args)).code).toBe(0);
  }
  const { code, stdout } = await merge(...numbers.map((n) => folder.join(`few.shard-${n}-of-6.jsonl`)));
  expect([code, stdout]).toEqual([0, (await runEvaluate(checkpoint, "--mode", "excel")).stdout]);
});

test("options of shards and of whole evaluations are not mixed", async () => {
  const mixed = [
    ["--shard", "1/3"],
    ["--shard", "1/3", "--output", "-"],
    ["--shard", "1/3", "--output", output, "--json"],
    ["--shard", "1/3", "--output", output, "--html", folder.join("x.html")],
    ["--output", output],
    ["--drawings"],
  ];
  for (const args of mixed) {
    const { code, stderr } = await runEvaluate(...RUN, ...args);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/Cannot (use --|evaluate shard 1 of 3 alone)/)]);
  }
});
