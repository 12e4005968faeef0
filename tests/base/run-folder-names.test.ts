/** Tests the names of the files of a run, and that their page lists them all. */

import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import {
  BEST_CHECKPOINT,
  epochOfCheckpoint,
  isRunCheckpoint,
  LAST_CHECKPOINT,
  periodicCheckpoint,
  periodicCheckpoints,
  RUN_FILES,
} from "../../core/base/run-folder-names.ts";

test("docs/run-folder.md lists every file of a run's folder", () => {
  const page = readFileSync(join(PROJECT_ROOT, "docs", "run-folder.md"), "utf8").split("\n## ")[0]!;
  const listed = [...page.matchAll(/^\| `([^`]+)` \|/gm)].map(([, path]) => path!);
  const { checkpoints, configs, wandb, ...files } = RUN_FILES;
  expect(files.config).toStartWith(`${configs}/`);
  const saved = [LAST_CHECKPOINT, BEST_CHECKPOINT, periodicCheckpoint(0).replace("0", "{N}")];
  const expected = [
    ...saved.map((name) => `${checkpoints}/${name}`),
    // TensorBoard's plugin names its own folder.
    ...[...Object.values(files), `${wandb}/`, "tensorboard/", ".lock-…"],
  ];
  expect(listed.sort()).toEqual(expected.sort());
});

test("the name of a periodic checkpoint tells its epoch, other names tell none", () => {
  expect(epochOfCheckpoint(periodicCheckpoint(120))).toBe(120);
  for (const name of [
    LAST_CHECKPOINT,
    "checkpoint_epoch_.pt",
    "checkpoint_epoch_3.pt.tmp",
    "a_checkpoint_epoch_3.pt",
  ])
    expect(epochOfCheckpoint(name)).toBeNull();
});

test("periodicCheckpoints() sorts by epoch, the newest first, and leaves other files out", () => {
  const names = ["checkpoint_epoch_9.pt", LAST_CHECKPOINT, "checkpoint_epoch_10.pt", "notes.txt"];
  expect(periodicCheckpoints(names)).toEqual(["checkpoint_epoch_10.pt", "checkpoint_epoch_9.pt"]);
  expect(names.filter(isRunCheckpoint)).toHaveLength(3);
});
