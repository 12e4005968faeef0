/**
 * Tests from which checkpoint a run goes on when files are missing or damaged, forks, and saving within
 * epochs.
 */

import { afterAll, beforeAll, expect, test } from "bun:test";
import { cpSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { JsonObject } from "../../../core/base/json.ts";
import { readCheckpoint } from "../../../core/checkpoint/detector-state.ts";
import { findForkTarget, findResumeTarget, resumeState } from "../../../core/training/resume.ts";
import { testProject } from "../../support/project.ts";
import { finalWeights } from "../../support/weights.ts";

const project = testProject({
  epochs: 4,
  workbooks: 8,
  plugins: "{ checkpoint: { save_every_n_epochs: 1 } }",
});
let run: string;
let weights: string;

beforeAll(async () => {
  const { code, stderr } = await project.train(["config.yaml"]);
  expect([code, stderr]).toEqual([0, ""]);
  run = project.runFolders()[0]!;
  weights = finalWeights(run);
}, 120_000);
afterAll(() => project.remove());

/**
 * A copy of the run, in a runs folder of its own, that `change` may spoil. Its checkpoints are given by
 * name.
 */
function copyOf(change: (checkpoint: (name: string) => string, folder: string) => void): string {
  const folder = join(project.folder, `copies-${crypto.randomUUID().slice(0, 8)}`, basename(run));
  cpSync(run, folder, { recursive: true });
  change((name) => join(folder, "checkpoints", name), folder);
  return folder;
}

const keepOnly = (...kept: string[]) =>
  copyOf((checkpoint) => {
    const names = ["last.pt", "best.pt", ...[1, 2, 3, 4].map((epoch) => `checkpoint_epoch_${epoch}.pt`)];
    for (const name of names) if (!kept.includes(name)) rmSync(checkpoint(name));
  });

const resume = (folder: string) => project.train(["--resume", folder]);

test("a periodic checkpoint alone is enough to resume a run, and the console names it", async () => {
  const folder = keepOnly("checkpoint_epoch_3.pt");
  const { code, stdout } = await resume(folder);
  expect(code).toBe(0);
  expect(stdout).toContain("note: going on from checkpoint_epoch_3.pt");
  expect(finalWeights(folder)).toBe(weights);
}, 120_000);

test("without last.pt the checkpoint with the most steps is taken, however the files are dated", async () => {
  const folder = keepOnly("checkpoint_epoch_3.pt", "checkpoint_epoch_2.pt", "checkpoint_epoch_1.pt");
  writeFileSync(
    join(folder, "checkpoints", "checkpoint_epoch_1.pt"),
    readFileSync(join(folder, "checkpoints", "checkpoint_epoch_1.pt")),
  );
  const { code, stdout } = await resume(folder);
  expect(code).toBe(0);
  expect(stdout).toContain(
    "there is no last.pt; going on from checkpoint_epoch_3.pt, the state after epoch 3",
  );
  expect(finalWeights(folder)).toBe(weights);
}, 120_000);

test("a last.pt that is damaged is passed over for the newest that can be read, with the reason", async () => {
  const folder = copyOf((checkpoint) => {
    rmSync(checkpoint("best.pt"));
    for (const name of ["last.pt", "checkpoint_epoch_4.pt"]) {
      const bytes = readFileSync(checkpoint(name));
      rmSync(checkpoint(name));
      writeFileSync(checkpoint(name), bytes.subarray(0, bytes.length / 2));
    }
  });
  const { code, stderr } = await resume(folder);
  expect(code).toBe(0);
  expect(stderr).toContain(join(folder, "checkpoints", "last.pt"));
  expect(stderr).toContain("Therefore going on from checkpoint_epoch_3.pt, the state after epoch 3.");
  expect(finalWeights(folder)).toBe(weights);
}, 120_000);

test("a damaged checkpoint that is named itself is refused, and so is a run without any that can be read", async () => {
  const spoilt = (checkpoint: (name: string) => string) => {
    for (const name of [
      "last.pt",
      "best.pt",
      ...[1, 2, 3, 4].map((epoch) => `checkpoint_epoch_${epoch}.pt`),
    ]) {
      rmSync(checkpoint(name));
      writeFileSync(checkpoint(name), "PK");
    }
  };
  const folder = copyOf(spoilt);
  for (const wanted of [folder, join(folder, "checkpoints", "checkpoint_epoch_2.pt")]) {
    const { code, stderr } = await resume(wanted);
    expect(code).toBe(1);
    expect(stderr).toContain(wanted === folder ? "last.pt" : "checkpoint_epoch_2.pt");
  }
}, 120_000);

test("--resume latest passes over links that lead nowhere or in circles, and folders that are no runs", () => {
  const folder = copyOf((checkpoint, own) => {
    const old = join(own, "..", "old run");
    cpSync(run, old, { recursive: true });
    rmSync(join(old, "checkpoints", "last.pt"));
    symlinkSync("/no/such/file.pt", join(old, "checkpoints", "last.pt"));
    symlinkSync("best.pt", join(old, "checkpoints", "circle.pt"));
    rmSync(join(old, "checkpoints", "best.pt"));
    symlinkSync("circle.pt", join(old, "checkpoints", "best.pt"));
    symlinkSync("/no/such/folder", join(own, "..", "gone"));
    writeFileSync(join(own, "..", "notes.txt"), "");
    const bytes = readFileSync(checkpoint("last.pt"));
    rmSync(checkpoint("last.pt"));
    writeFileSync(checkpoint("last.pt"), bytes); // written last
  });
  const target = findResumeTarget("latest", join(folder, ".."));
  expect(target.folder.path).toBe(folder);
  expect(basename(target.checkpoints[0]!)).toBe("last.pt");
});

test("a checkpoint whose counters are no counters counts as weights alone", () => {
  const { extra } = readCheckpoint(join(run, "checkpoints", "last.pt"));
  expect(resumeState(extra, "last.pt").progress.epoch).toBe(4);
  const spoilt: JsonObject[] = [
    { progress: null },
    { progress: { ...(extra!.progress as JsonObject), step: -1 } },
    { config: "x" },
    { run_id: 7 },
    { plugin_states: null },
  ];
  for (const each of spoilt) {
    expect(() => resumeState({ ...extra, ...each }, "last.pt")).toThrow("weights without them");
  }
});

test("--resume says that checkpoints/ cannot be read, instead of advising to start again", () => {
  const folder = copyOf((_, own) => {
    rmSync(join(own, "checkpoints"), { recursive: true });
    writeFileSync(join(own, "checkpoints"), "");
  });
  const refusal = () => findResumeTarget(folder, join(folder, ".."));
  expect(refusal).toThrow(/expected {2}a folder that can be read\n {2}got {7}ENOTDIR/);
});

test("--fork names a path that leads through a file", () => {
  const path = join(run, "checkpoints", "last.pt", "best.pt");
  for (const hasConfig of [true, false]) {
    expect(() => findForkTarget(path, join(run, ".."), hasConfig)).toThrow(/got {7}no such path/);
  }
});

test("a run of its own can begin with a checkpoint: the same training from there, another run, its parent named", async () => {
  const parent = join(run, "checkpoints", "checkpoint_epoch_2.pt");
  const before = readFileSync(join(run, "checkpoints", "last.pt"));
  const { code, stdout, stderr } = await project.train(["--fork", parent]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toContain("epoch 3/4");
  const fork = project.runFolders().at(-1)!;
  expect(fork).not.toBe(run);
  expect(finalWeights(fork)).toBe(weights);
  const [own, theirs] = [fork, run].map((folder) => readCheckpoint(join(folder, "checkpoints", "last.pt")));
  expect(own!.extra!.run_id).not.toBe(theirs!.extra!.run_id);
  expect(own!.extra!.parent).toMatchObject({
    run_id: theirs!.extra!.run_id,
    checkpoint: parent,
    epoch: 2,
  });
  const config = readFileSync(join(fork, "configs", "config.yaml"), "utf8");
  expect(config).toContain(`of run ${theirs!.extra!.run_id}`);
  expect(config).not.toContain(`${run}/checkpoints`);
  expect(readFileSync(join(run, "checkpoints", "last.pt")).equals(before)).toBe(true);
  // A fork is a run like any other: it is resumed, and keeps its parent.
  const resumed = await project.train(["--resume", fork, "--training.max_epochs=5"]);
  expect(resumed.code).toBe(0);
  expect(readCheckpoint(join(fork, "checkpoints", "last.pt")).extra!.parent).toEqual(own!.extra!.parent!);
}, 120_000);

test("a fork takes overrides, or a configuration of its own for a checkpoint that lies anywhere", async () => {
  const lower = await project.train(["--fork", run, "--training.max_epochs=5", "--training.lr=1e-5"]);
  expect([lower.code, lower.stderr]).toEqual([0, ""]);
  const lone = join(project.folder, "lone.pt");
  cpSync(join(run, "checkpoints", "best.pt"), lone);
  const other = await project.train(["config.yaml", "--fork", lone, "--training.max_epochs=6"]);
  expect([other.code, other.stderr]).toEqual([0, ""]);
  const shape = [`--model.init=${lone}`, "--model.init_shape=true", "--model.detr.num_queries=9"];
  const shaped = await project.train(["config.yaml", "--fork", lone, "--training.max_epochs=6", ...shape]);
  expect([shaped.code, shaped.stderr]).toEqual([0, ""]);
  const without = await project.train(["--fork", lone]);
  expect(without.code).toBe(2);
  const both = await project.train(["--fork", run, "--resume", run]);
  expect(both.code).toBe(2);
  expect(both.stderr).toContain("both --resume and --fork");
}, 120_000);

test("checkpoints within an epoch: a run that is killed loses steps, not epochs", async () => {
  const folder = project.folder;
  project.write(
    "killed.ts",
    `export default { name: "killed", setup: () => ({ onCheckpoint({ step }) {
       if (step === 2) process.kill(process.pid, "SIGKILL");
     } }) };`,
  );
  const plugins = [
    "--plugins.checkpoint.save_every_n_steps=1",
    `--plugins.${join(folder, "killed.ts")}=true`,
  ];
  const killed = await project.train(["config.yaml", ...plugins]);
  expect(killed.code).toBe(137);
  const last = join(project.runFolders().at(-1)!, "checkpoints", "last.pt");
  const progress = readCheckpoint(last).extra!.progress as { step: number; stepInEpoch: number };
  expect(progress).toMatchObject({ step: 2, stepInEpoch: 2 });
  const resumed = await project.train(["--resume", project.runFolders().at(-1)!]);
  expect(resumed.code).toBe(0);
  expect(finalWeights(project.runFolders().at(-1)!)).toBe(weights);
}, 120_000);
