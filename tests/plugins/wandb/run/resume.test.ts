/** Tests the logs of a resumed run. */

import { expect, test } from "bun:test";
import { appendFileSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { svgToPng } from "../../../../core/base/svg-png.ts";
import type { Json } from "../../../../core/plugin.ts";
import { readEarlierLogs } from "../../../../plugins/wandb/log/earlier-logs.ts";
import { checkFakeRuns, FakeRun } from "../../../support/wandb-fake-run.ts";
import {
  logFolders,
  logPath,
  readAll,
  readStrictly,
  recordsOf,
  rowsOf,
  valuesOf,
} from "../../../support/wandb-read-log.ts";

checkFakeRuns();

/** Five steps, the last three after the last checkpoint; then the process is gone without a word. */
async function killedRun(): Promise<{ run: FakeRun; state: Json }> {
  const run = await new FakeRun({ startedAt: Date.now() - 60_000, id: "first123" }).setUp();
  await run.start();
  await run.step(1, 1);
  await run.step(2, 1);
  const state = run.hooks.saveState!();
  await run.step(3, 1, { "train/loss": 0.3, "val/f1": 0.9 });
  await run.step(4, 2);
  await run.step(5, 2);
  return { run, state };
}

async function resumedRun(folder: string, state: Json, after = 2): Promise<FakeRun> {
  const run = await new FakeRun({
    folder,
    state,
    id: "first123",
    resumed: { step: after, epoch: 0, bestValF1: null },
  }).setUp();
  await run.start({ step: after, epoch: 0 });
  for (let step = after + 1; step <= 7; step++) await run.step(step, step <= 3 ? 1 : 2);
  await run.end({ step: 7 });
  return run;
}

test("a resumed run logs beside its first log, under the same id, and repeats no step that stands there", async () => {
  const { run, state } = await killedRun();
  const before = Math.floor(rowsOf(run.folder).at(-1)!._runtime as number);
  expect(before).toBeGreaterThanOrEqual(60);
  await resumedRun(run.folder, state);
  const folders = logFolders(run.folder);
  expect(folders).toHaveLength(2);
  const logs = folders.map((folder) => readAll(logPath(folder)).entries);
  const steps = logs.map((entries) =>
    entries.flatMap(({ record: { recordType } }) =>
      recordType.case === "history" ? [Number(recordType.value.step!.num)] : [],
    ),
  );
  expect(steps).toEqual([
    [1, 2, 3, 4, 5],
    [6, 7],
  ]);
  const [record] = recordsOf(run.folder).of("run");
  expect(record).toMatchObject({ runId: "first123", resumed: true, startingStep: 6n, runtime: before });
  readStrictly(logPath(folders[1]!));
});

test("a step that the earlier log holds only in part is logged again", async () => {
  const { run, state } = await killedRun();
  const first = logPath(logFolders(run.folder)[0]!);
  truncateSync(first, statSync(first).size - 3);
  await resumedRun(run.folder, state);
  expect(rowsOf(run.folder).map(({ _step }) => _step)).toEqual([5, 6, 7]);
});

test("the row of images that came after the last step takes no step from the run that resumes", async () => {
  const { run, state } = await killedRun();
  const png = await svgToPng('<svg xmlns="http://www.w3.org/2000/svg" width="2" height="2"/>');
  await run.fire("onImage", { step: 5, epoch: 2, name: "last", png, caption: "" });
  await run.end({ step: 5 });
  expect(rowsOf(run.folder).at(-1)).toMatchObject({ _step: 6, global_step: 5 });
  await resumedRun(run.folder, state, 5);
  expect(rowsOf(run.folder).map(({ global_step }) => global_step)).toEqual([6, 7]);
});

test("a step that a signal ended before its row was closed leaves no half row behind", async () => {
  const run = await new FakeRun({ id: "first123", options: { watch: { log_freq: 1 } } }).setUp();
  await run.start();
  const gradients = new Map([["w", Float32Array.of(1, 2)]]);
  await run.step(1, 1, {}, gradients);
  await run.fire("onGradStep", {
    step: 2,
    epoch: 1,
    loss: 1,
    lr: 1,
    maxGradNorm: 1,
    meanGradNorm: 1,
    sheets: 1,
    sheetsDone: 2,
    gradients: () => gradients,
  });
  await run.end({ step: 2, epoch: 0, status: "interrupted", summary: {} });
  expect(rowsOf(run.folder).map(({ _step }) => _step)).toEqual([1]);
  await resumedRun(run.folder, run.hooks.saveState!());
  expect(rowsOf(run.folder).map(({ _step }) => _step)).toEqual([3, 4, 5, 6, 7]);
});

test("runtime and summary go on from the earlier log", async () => {
  const { run, state } = await killedRun();
  await resumedRun(run.folder, state);
  const rows = rowsOf(run.folder);
  expect(rows[0]!._runtime).toBeGreaterThanOrEqual(60);
  const [seed] = recordsOf(run.folder).of("summary");
  expect(valuesOf(seed!.update)).toMatchObject({ "val/f1": 0.9, "train/loss": 0.3 });
  const file = join(logFolders(run.folder)[1]!, "files", "wandb-summary.json");
  expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ "val/f1": 0.9, _step: 7 });
});

test("another run's log in the folder is ignored", async () => {
  const { run } = await killedRun();
  expect(readEarlierLogs(run.folder, "other123")).toMatchObject({ count: 0, lastStep: 0 });
  expect(readEarlierLogs(run.folder, "first123")).toMatchObject({ count: 1, lastStep: 5 });
});

test("a damaged earlier log counts as far as it reads, and is reported", async () => {
  const { run } = await killedRun();
  const path = logPath(logFolders(run.folder)[0]!);
  appendFileSync(path, "damage that is no chunk");
  const { lastStep, notes } = readEarlierLogs(run.folder, "first123");
  expect(lastStep).toBe(5);
  expect(notes).toHaveLength(1);
  expect(notes[0]).toContain("is damaged behind byte");
});

test("an earlier log that cannot be read is reported, and the resumed run is logged beside it", async () => {
  const { run, state } = await killedRun();
  const path = logPath(logFolders(run.folder)[0]!);
  rmSync(path);
  symlinkSync(path, path);
  const resumed = await resumedRun(run.folder, state);
  expect(resumed.printed).toContainEqual(expect.stringContaining(`${path} cannot be read: ELOOP`));
  expect(rowsOf(run.folder).map(({ _step }) => _step)).toEqual([3, 4, 5, 6, 7]);
});

test("a log whose process was killed with SIGKILL holds every row up to the last second", async () => {
  const folder = new FakeRun().folder;
  const script = `
    import { FakeRun } from ${JSON.stringify(join(import.meta.dir, "../../../support/wandb-fake-run.ts"))};
    const run = await new FakeRun({ folder: process.argv[1] }).setUp();
    await run.start();
    for (let step = 1; ; step++) {
      await run.step(step, 1 + Math.floor(step / 10));
      await new Promise((resolve) => setTimeout(resolve, 5));
      console.log(step);
    }`;
  const child = Bun.spawn([process.execPath, "-e", script, folder], { stdout: "pipe", stderr: "inherit" });
  let printed = "";
  for await (const chunk of child.stdout) {
    printed += new TextDecoder().decode(chunk);
    if (printed.split("\n").length > 25) break;
  }
  child.kill("SIGKILL");
  await child.exited;
  const reported = Number(printed.trim().split("\n").at(-2));
  const path = logPath(logFolders(folder)[0]!);
  const steps = rowsOf(folder).map(({ _step }) => _step as number);
  expect(steps).toEqual(steps.map((_, index) => index + 1));
  expect(steps.length).toBeGreaterThanOrEqual(reported);
  expect(readAll(path).end.damage).toBeNull();
  const strict = readStrictly(path);
  if (strict) expect(strict.has_exit).toBe(false);
});
