/** Tests trainings that keep an average of their weights. */

import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type LoadedCheckpoint, readCheckpoint } from "../../core/checkpoint/detector-state.ts";
import type { StateDict } from "../../core/checkpoint/state-dict.ts";
import { openSheetDetector } from "../../core/detection/sheet-detector.ts";
import { testProject } from "../support/project.ts";
import { findPyTorch } from "../support/pytorch.ts";
import { STOPPER } from "../support/stopper.ts";

setDefaultTimeout(120_000); // on a busy machine too

const project = testProject({
  epochs: 2,
  workbooks: 12,
  plugins: "{ checkpoint: { save_every_n_epochs: 1 }, ./stopper.ts: true }",
});
const ARGS = ["config.yaml", "--training.ema_decay=0.9", "--evaluation.score_threshold=auto"];
const fileOf = (run: string, name = "last.pt") => join(run, "checkpoints", name);
let whole: LoadedCheckpoint;
let rows: Record<string, number>[];

beforeAll(async () => {
  project.write("stopper.ts", STOPPER);
  const result = await project.train(ARGS);
  expect(result.stderr).toBe("");
  expect(result.code).toBe(0);
  whole = readCheckpoint(fileOf(project.runFolders()[0]!));
  rows = readFileSync(join(project.folder, "rows.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
});
afterAll(() => project.remove());

const bits = (state: StateDict) =>
  [...state].map(([name, { data }]) => [
    name,
    Buffer.from(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength).toString("base64"),
  ]);

test("a run with ema_decay keeps the average beside the weights, and neither is the other", () => {
  expect([...whole.average!.keys()]).toEqual([...whole.model.keys()]);
  expect(bits(whole.average!)).not.toEqual(bits(whole.model));
});

test("with auto the chosen threshold is logged as val/score_threshold and kept in val_metrics", async () => {
  const validated = rows.filter((row) => "val/f1" in row);
  expect(validated).toHaveLength(2);
  for (const [epoch, row] of validated.entries()) {
    const name = `checkpoint_epoch_${epoch + 1}.pt`;
    const { valMetrics } = readCheckpoint(fileOf(project.runFolders()[0]!, name));
    expect(row["val/score_threshold"]).toBeGreaterThan(0);
    expect(row["val/score_threshold"]).toBe(valMetrics!.score_threshold!);
  }
  const best = fileOf(project.runFolders()[0]!, "best.pt");
  const detector = await openSheetDetector(best, { device: "wasm" });
  await detector.dispose();
  expect(detector.scoreThreshold).toBe(readCheckpoint(best).valMetrics!.score_threshold!);
});

test("a run with an average that is interrupted and resumed equals the uninterrupted one, bit for bit", async () => {
  const steps = rows.length;
  for (const stopAt of [1, steps / 2, steps - 1]) {
    const interrupted = await project.train(ARGS, { STOP_AT: String(stopAt) });
    expect(interrupted.code).toBe(130);
    const folder = project.runFolders().at(-1)!;
    const resumed = await project.train(["--resume", folder]);
    expect([resumed.code, resumed.stderr]).toEqual([0, ""]);
    expect(resumed.stdout).not.toContain("average");
    const again = readCheckpoint(fileOf(folder));
    expect(bits(again.average!)).toEqual(bits(whole.average!));
    expect(bits(again.model)).toEqual(bits(whole.model));
    expect(again.valMetrics).toEqual(whole.valMetrics!);
    rmSync(folder, { recursive: true });
  }
});

test("a resume that begins to keep an average says so; one that stops keeping it saves none", async () => {
  const folder = project.runFolders()[0]!;
  const off = await project.train([
    "--resume",
    folder,
    "--training.ema_decay=null",
    "--training.max_epochs=3",
  ]);
  expect([off.code, off.stderr]).toEqual([0, ""]);
  expect(readCheckpoint(fileOf(folder)).average).toBeNull();
  const on = await project.train(["--resume", folder, "--training.ema_decay=0.9", "--training.max_epochs=4"]);
  expect([on.code, on.stderr]).toEqual([0, ""]);
  expect(on.stdout).toContain("the average of the weights begins here");
  expect(readCheckpoint(fileOf(folder)).average).not.toBeNull();
});

const pytorch = findPyTorch();
test.skipIf(pytorch === null)("PyTorch reads the same weights and averages as this project does", () => {
  const file = fileOf(project.runFolders()[0]!);
  const script = project.write(
    "sums.py",
    `import json, sys, torch
restricted = not torch.__version__.startswith("1.13")  # its restricted reader knows no floats
state = torch.load(sys.argv[1], weights_only=restricted, map_location="cpu")
keys = ["model_state_dict", "ema_state_dict"]
print(json.dumps([{name: t.double().sum().item() for name, t in state[key].items()} for key in keys]))`,
  );
  const sums = pytorch!.run(script, file) as Record<string, number>[];
  const { model, average } = readCheckpoint(file);
  for (const [index, state] of [model, average!].entries()) {
    expect(Object.keys(sums[index]!)).toEqual([...state.keys()]);
    for (const [name, tensor] of state) {
      const sum = tensor.toFloat32().reduce((total, value) => total + value, 0);
      expect(sums[index]![name]).toBeCloseTo(sum, 6);
    }
  }
});
