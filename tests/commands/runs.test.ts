/** Tests `bun run runs`: the list, one run, what distinguishes runs, as text and as JSON. */

import { afterAll, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { writeRecordedRun } from "../support/recorded-run.ts";
import { runCommand } from "../support/run-command.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const folder = temporaryFolder("runs");
afterAll(() => folder.remove());
const { path } = folder;
writeRecordedRun(folder.join("one"));
writeRecordedRun(folder.join("two"), {
  record: {
    starts: [{ at: "2026-12-01T02:02:25.327Z", step: 0 }],
    config: {
      training: { lr: 0.01, max_epochs: 2 },
      plugins: { wandb: { mode: "offline" }, progress: false },
    },
    best: { epoch: 2, metrics: { f1: 0 } },
    status: "failed",
    reason: "the disk\u001b[31m is full",
  },
});
const runs = (...args: string[]) => runCommand("core/commands/runs.ts", args);
const linesOf = (text: string) => text.trimEnd().split("\n");

test("runs lists the newest run first, with columns for what is asked for", async () => {
  const { stdout, code, stderr } = await runs(path, "--columns=training.lr,train/loss");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const [head, , ...rows] = linesOf(stdout).map((line) => line.trim().split(/ {2,}/));
  expect(head!.slice(0, 6)).toEqual(["run", "status", "f1", "training.lr", "train/loss", "epoch"]);
  expect(rows.map((row) => row.slice(0, 6))).toEqual([
    ["two", "failed", "0.000", "0.01", "0.5", "2/2"],
    ["one", "finished", "0.500", "0.001", "0.5", "2/2"],
  ]);
});

test("runs --sort puts the largest value first, and --json prints everything of all rows", async () => {
  const { stdout } = await runs(path, "--sort", "f1", "--json");
  const list = JSON.parse(stdout);
  expect(list.folder).toBe(path);
  expect(list.runs.map(({ id }: { id: string }) => id)).toEqual(["one", "two"]);
  expect(list.runs[0]).toMatchObject({ bestF1: 0.5, settings: { "training.lr": 0.001 }, tags: ["first"] });
});

test("runs refuses a name that no run has a value of, and says which is near", async () => {
  const { code, stderr } = await runs(path, "--sort=training.rl");
  expect(code).toBe(2);
  expect(stderr).toMatch(/fix +training\.lr/);
});

test("runs says that there are none, also where a folder holds other things", async () => {
  using empty = temporaryFolder("no-runs");
  mkdirSync(empty.join("something"));
  expect((await runs(empty.path)).stdout).toBe(`no runs in ${empty.path}\n`);
});

test("runs show prints a run, without control characters of names and notes", async () => {
  writeFileSync(folder.join("two/remarks.json"), JSON.stringify({ tags: ["x"], notes: "look\u001b[2Jhere" }));
  const { stdout, code } = await runs("show", "two", "--runs", path);
  expect(code).toBe(0);
  expect(stdout).not.toContain("\u001b");
  const text = stdout.replaceAll(/ +/g, " ");
  expect(text).toContain(" status failed: the disk [31m is full\n started 2026-12-01 02:02:25 UTC\n");
  expect(text).toContain(" best f1 0\n");
  expect(text).toContain(" plugins wandb\n");
  expect(text).toContain(" training.lr 0.01\n");
  expect(text).toContain(" best.pt 1 7 B 0.500 –\n");
  expect(text).toContain("\ncommands\n\n bun run train --resume ");
});

test("runs show --json has the details, and curves, sheets and histograms where they are asked for", async () => {
  const { stdout } = await runs(
    ...["show", folder.join("one"), "--json", "--curves=val/f1,no/such", "--sheets=2"],
    "--histograms=gradients/a",
  );
  const run = JSON.parse(stdout);
  expect(run).toMatchObject({ id: "one", architecture: "detector\n", commit: "0123456" });
  expect(run.curves).toEqual({
    "val/f1": { x: [10, 20], min: [0.5, 0.25], max: [0.5, 0.25], last: [0.5, 0.25], rows: 2, isWhole: true },
  });
  expect(run.sheets).toMatchObject({ epoch: 2, leftOut: 3 });
  expect(run.sheets.sheets).toHaveLength(2);
  expect(run.histograms.steps).toEqual([10, 20]);
  const refused = await runs("show", folder.join("one"), "--curves=all");
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain("--json --curves");
});

test("runs diff prints the settings that differ beside each other, and --json the same", async () => {
  const { stdout, code } = await runs("diff", "one", "two", "--runs", path);
  expect(code).toBe(0);
  const text = stdout.replaceAll(/ +/g, " ");
  expect(text).toStartWith("A one finished, best f1 0.500 in epoch 1\nB two failed, best f1 0\n");
  expect(text).toContain("\ntraining.lr 0.001 0.01\n");
  expect(text).toContain("\nno facts that differ\n");
  expect(text).toContain("\ntrain/loss 0.5 0.5\n");
  const json = JSON.parse((await runs("diff", "one", "two", "--runs", path, "--json")).stdout);
  expect(json.settings["training.lr"]).toEqual([0.001, 0.01]);
  expect((await runs("diff", "one", "three", "--runs", path)).code).toBe(2);
  const same = await runs("diff", "one", folder.join("one"), "--runs", path);
  expect(same.code).toBe(2);
  expect(same.stderr).toContain("Cannot compare a run with itself");
});
