/** Tests when the checkpoint plugin asks for a checkpoint, and which ones it keeps. */

import { expect, spyOn, test } from "bun:test";

import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { epochOfCheckpoint } from "../../core/plugin.ts";
import checkpoint from "../../plugins/checkpoint/plugin.ts";
import { fakeRun } from "../support/fake-run.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const epochEnd = (epoch: number, best: boolean) => ({
  step: epoch,
  epoch,
  train: {},
  val: null,
  best,
  seconds: 1,
});

const options = (change: object) => ({
  save_every_n_epochs: 10,
  save_every_n_steps: null,
  save_every_n_minutes: null,
  keep_last: null,
  ...change,
});

const gradStep = (step: number) => ({
  step,
  epoch: 1,
  loss: 1,
  lr: 1,
  maxGradNorm: 1,
  meanGradNorm: 1,
  sheets: 1,
  sheetsDone: step,
  gradients: () => new Map(),
});

test("checkpoint asks for last.pt every n steps, counted over the whole run", async () => {
  const run = fakeRun();
  const hooks = await checkpoint.setup(run, options({ save_every_n_steps: 3 }));
  const asked: number[] = [];
  for (let step = 2; step <= 9; step++) {
    const before = run.asked.length;
    await hooks.onGradStep?.(gradStep(step));
    if (run.asked.length > before) asked.push(step);
  }
  expect(asked).toEqual([3, 6, 9]);
  expect(new Set(run.asked)).toEqual(new Set(["last.pt latest"]));
});

test("checkpoint asks for last.pt when the minutes since the last time are over, an epoch's end included", async () => {
  let minutes = 0;
  const clock = spyOn(performance, "now").mockImplementation(() => minutes * 60_000);
  try {
    const run = fakeRun();
    const hooks = await checkpoint.setup(run, options({ save_every_n_minutes: 10 }));
    const asked: number[] = [];
    for (minutes = 4; minutes <= 40; minutes += 4) {
      if (minutes === 20) await hooks.onEpochEnd?.(epochEnd(1, false));
      const before = run.asked.length;
      await hooks.onGradStep?.(gradStep(minutes));
      if (run.asked.length > before) asked.push(minutes);
    }
    expect(asked).toEqual([12, 32]);
  } finally {
    clock.mockRestore();
  }
});

test("checkpoint asks for nothing within an epoch by default", async () => {
  const run = fakeRun();
  const hooks = await checkpoint.setup(run, options({}));
  for (let step = 1; step <= 100; step++) await hooks.onGradStep?.(gradStep(step));
  expect(run.asked).toEqual([]);
});

test("checkpoint asks for last.pt at every epoch's end, best.pt on a better F1, and a copy every n epochs", async () => {
  const run = fakeRun();
  const hooks = await checkpoint.setup(run, options({ save_every_n_epochs: 2 }));
  for (const [index, best] of [true, false, true, false].entries()) {
    await hooks.onEpochEnd?.(epochEnd(index + 1, best));
  }
  expect(run.asked).toEqual([
    "last.pt latest",
    "best.pt best",
    "last.pt latest",
    "checkpoint_epoch_2.pt epoch-2",
    "last.pt latest",
    "best.pt best",
    "last.pt latest",
    "checkpoint_epoch_4.pt epoch-4",
  ]);
});

test("checkpoint asks for last.pt when a run is interrupted or fails, not when it is done", async () => {
  const run = fakeRun();
  const hooks = await checkpoint.setup(run, options({ save_every_n_epochs: 2 }));
  const end = { step: 3, epoch: 1, summary: {}, error: null, seconds: 1 };
  await hooks.onRunEnd?.({ ...end, status: "finished" });
  await hooks.onRunEnd?.({ ...end, status: "stopped" });
  expect(run.asked).toEqual([]);
  await hooks.onRunEnd?.({ ...end, status: "interrupted" });
  await hooks.onRunEnd?.({ ...end, status: "failed" });
  expect(run.asked).toEqual(["last.pt latest", "last.pt latest"]);
});

test("checkpoint with keep_last removes the oldest periodic files and never best.pt or last.pt", async () => {
  using folder = temporaryFolder("keep-last");
  const checkpoints = folder.join("checkpoints");
  mkdirSync(checkpoints);
  const names = ["best.pt", "last.pt", ...[2, 4, 8, 10].map((epoch) => `checkpoint_epoch_${epoch}.pt`)];
  for (const name of names) writeFileSync(join(checkpoints, name), "");
  const hooks = await checkpoint.setup(
    fakeRun({ folder: folder.path }),
    options({ save_every_n_epochs: 2, keep_last: 2 }),
  );
  await hooks.onCheckpoint?.({ step: 1, epoch: 10, path: join(checkpoints, "last.pt"), aliases: [] });
  expect(readdirSync(checkpoints)).toHaveLength(6);
  await hooks.onCheckpoint?.({
    step: 1,
    epoch: 10,
    path: join(checkpoints, "checkpoint_epoch_10.pt"),
    aliases: [],
  });
  expect(readdirSync(checkpoints).sort()).toEqual([
    "best.pt",
    "checkpoint_epoch_10.pt",
    "checkpoint_epoch_8.pt",
    "last.pt",
  ]);
});

test("checkpoint with keep_last keeps what a run has just written after it went back to an earlier epoch", async () => {
  using folder = temporaryFolder("keep-last");
  const checkpoints = folder.join("checkpoints");
  mkdirSync(checkpoints);
  for (const epoch of [8, 10]) writeFileSync(join(checkpoints, `checkpoint_epoch_${epoch}.pt`), "");
  const run = fakeRun({ folder: folder.path });
  const hooks = await checkpoint.setup(run, options({ save_every_n_epochs: 2, keep_last: 2 }));
  const kept: number[][] = [];
  for (const epoch of [4, 6, 8]) {
    const path = join(checkpoints, `checkpoint_epoch_${epoch}.pt`);
    writeFileSync(path, "");
    await hooks.onCheckpoint?.({ step: 1, epoch, path, aliases: [] });
    const epochs = readdirSync(checkpoints).map((name) => epochOfCheckpoint(name)!);
    kept.push(epochs.sort((a, b) => a - b));
  }
  expect(kept).toEqual([
    [4, 10],
    [4, 6],
    [6, 8],
  ]);
});
