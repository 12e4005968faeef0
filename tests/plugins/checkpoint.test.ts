/** Tests when the checkpoint plugin asks for a checkpoint, and which ones it keeps. */

import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
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

test("checkpoint asks for last.pt at every epoch's end, best.pt on a better F1, and a copy every n epochs", async () => {
  const run = fakeRun();
  const hooks = await checkpoint.setup(run, { save_every_n_epochs: 2, keep_last: null });
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
  const hooks = await checkpoint.setup(run, { save_every_n_epochs: 2, keep_last: null });
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
  const hooks = await checkpoint.setup(fakeRun({ folder: folder.path }), {
    save_every_n_epochs: 2,
    keep_last: 2,
  });
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
