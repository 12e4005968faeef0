/** Tests the command that inspects and exports checkpoints. */

import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkpointValue, readCheckpoint } from "../../core/checkpoint/detector-state.ts";
import type { PtTensor } from "../../core/checkpoint/pt-value.ts";
import { readSafetensors } from "../../core/checkpoint/safetensors.ts";
import { writePtFile } from "../../core/checkpoint/write-pt.ts";
import { runCommand } from "../support/run-command.ts";
import { sharedFolder } from "../support/temporary-folder.ts";

setDefaultTimeout(120_000); // on a busy machine too

const folder = sharedFolder("checkpoint-command").path;

const run = join(folder, "a run");
mkdirSync(join(run, "checkpoints"), { recursive: true });
const empty = join(folder, "empty run", "checkpoints");
mkdirSync(empty, { recursive: true });
const best = join(run, "checkpoints", "best.pt");
const last = join(run, "checkpoints", "last.pt");
const flat = Float32Array.from([1, 2, 3, 4, 5, 6, 0.1, 70000]);
const content = (epoch: number) =>
  checkpointValue({
    parameters: { names: ["stem.weight", "stem.bias"], shapes: [[2, 3], [2]], offsets: [0, 6], flat },
    average: flat.map((value) => value + 1),
    optimizer: {
      step: 7,
      expAvg: new Float32Array(8),
      expAvgSq: new Float32Array(8),
      lr: 1e-4,
      weightDecay: 0.05,
    },
    scheduler: { last_epoch: 7 },
    epoch,
    trainMetrics: { loss: 1.25 },
    valMetrics: { f1: 0.5, eob_mean: null },
    bestValF1: 0.5,
    extra: {
      run_id: "abcdefgh",
      config: { model: { type: "detector" }, data: { root: "/secret/place" } },
      progress: { step: 7, sums: { loss: 1 } },
    },
  });
writePtFile(best, content(2));
writePtFile(last, content(3));
const lastBytes = readFileSync(last);

const checkpoint = (...args: string[]) => runCommand("core/commands/checkpoint.ts", args, { cwd: folder });

test("inspect prints epoch, metrics, sizes, and tensors with shapes and types", async () => {
  const { code, stdout } = await checkpoint("inspect", run);
  expect(code).toBe(0);
  expect(stdout).toContain(last);
  expect(stdout).toMatch(/size +\d+\.\d kB \(\d+\.\d\d % more than its tensors\)/);
  expect(stdout).toMatch(/epoch +3\n/);
  expect(stdout).toMatch(/val_metrics +f1 0\.5, eob_mean –/);
  expect(stdout).toMatch(/optimizer_state_dict +2 parameters, lr 0\.0001, weight decay 0\.05/);
  expect(stdout).toContain("model_state_dict: 2 tensors, 8 elements, 32 B");
  expect(stdout).toMatch(/stem\.weight +float32 +\[2, 3\]/);
  expect(stdout).toMatch(/extra\.run_id +abcdefgh/);
  expect(stdout).not.toContain("exp_avg_sq");
  expect((await checkpoint("inspect", run, "--all")).stdout).toMatch(/state\.1\.exp_avg_sq +float32 +\[2\]/);
});

test("inspect --json prints one object with every tensor", async () => {
  const { stdout } = await checkpoint("inspect", best, "--json");
  const { file, groups, values, tensorBytes } = JSON.parse(stdout);
  expect(file).toBe(best);
  expect(values.epoch).toBe(2);
  expect(values.extra.progress).toEqual({ step: 7, sums: { loss: 1 } });
  expect(tensorBytes).toBe(4 * 8 * 4 + 2 * 4);
  expect(groups.map(({ key }: { key: string }) => key)).toEqual([
    "model_state_dict",
    "ema_state_dict",
    "optimizer_state_dict",
  ]);
  expect(groups[0].tensors[1]).toEqual({ name: "stem.bias", dtype: "float32", shape: [2] });
});

test("export writes the averaged weights as safetensors beside the checkpoint, without where the data lay", async () => {
  const { code, stdout } = await checkpoint("export", run, "--format", "safetensors");
  const output = join(run, "checkpoints", "best.safetensors");
  expect([code, stdout]).toEqual([0, `${output}\n`]);
  const { tensors, metadata } = readSafetensors(output);
  expect([...tensors.get("stem.weight")!.data]).toEqual([2, 3, 4, 5, 6, 7]);
  expect(metadata.get("format")).toBe("pt");
  expect(metadata.get("extra")).not.toContain("secret");
  expect(readCheckpoint(output).extra).toMatchObject({
    epoch: 2,
    run_id: "abcdefgh",
    config: { model: { type: "detector" } },
  });
  const inspected = await checkpoint("inspect", output);
  expect(inspected.stdout).toMatch(/stem\.bias +float32 +\[2\]/);
});

test("export --dtype rounds to the nearest, and refuses what float16 cannot hold", async () => {
  const output = join(folder, "small.pt");
  const { code } = await checkpoint(
    "export",
    best,
    "--format",
    "pt",
    "--dtype",
    "bfloat16",
    "--output",
    output,
  );
  expect(code).toBe(0);
  const bias = readCheckpoint(output).model.get("stem.bias") as PtTensor;
  expect(bias.dtype).toBe("bfloat16");
  expect([...bias.toFloat32()]).toEqual([1.1015625, 70144]); // 1.1 and 70001
  const refused = await checkpoint("export", best, "--dtype", "float16");
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain("tensor stem.bias");
  expect(refused.stderr).toContain("70001");
});

test("export replaces its own earlier export of the run, and no other weights", async () => {
  const [own, other] = [join(folder, "own.safetensors"), join(folder, "other.pt")];
  expect((await checkpoint("export", best, own)).code).toBe(0);
  expect((await checkpoint("export", "latest", own, "--runs", folder)).code).toBe(0);
  writePtFile(other, { ...(content(1) as object), extra: { run_id: "anothers", config: {} } });
  const before = readFileSync(other);
  expect((await checkpoint("export", best, other)).code).toBe(2);
  expect(readFileSync(other)).toEqual(before);
  expect((await checkpoint("export", best, other, "--overwrite")).code).toBe(0);
  expect(readFileSync(last)).toEqual(lastBytes);
});

test("inspect knows the words latest and pretrained", async () => {
  expect((await checkpoint("inspect", "latest", "--runs", folder)).stdout).toContain(last);
  expect((await checkpoint("inspect", "pretrained")).stdout).toContain("table-detector.safetensors");
});

const wrong: [string, string[], number, string][] = [
  ["no command", [], 2, "one of inspect, export"],
  ["no file", ["inspect"], 2, "CHECKPOINT"],
  ["a path that is not there", ["inspect", "absent.pt"], 2, "no such path"],
  ["a folder without a checkpoint", ["inspect", empty], 2, "no checkpoint"],
  ["a format that is not known", ["export", best, "--format", "onnx"], 2, "safetensors"],
  [
    "the checkpoint itself as output",
    ["export", best, "--format", "pt", "--output", best],
    2,
    "replace the checkpoint",
  ],
  ["an ending that is not written", ["export", best, "m.onnx"], 2, "fix       m.safetensors"],
  ["an ending of another format", ["export", best, "m.safetensors", "--format", "pt"], 2, ".pt, .pth"],
  ["a checkpoint of a run as output", ["export", best, last], 2, "--overwrite to replace this one"],
  ["a file of the user's as output", ["export", best, import.meta.path], 2, "got       .ts"],
  ["a folder that is missing", ["export", best, `${empty}/nodir/m.pt`], 2, "no such folder"],
  ["a device as output", ["export", best, "--output", "/dev/null"], 2, "a name without an ending"],
  ["latest without a run", ["inspect", "latest", "--runs", empty], 2, "no run with a checkpoint"],
  ["a file that is no checkpoint", ["inspect", import.meta.path], 1, "another kind"],
];
for (const [what, args, exitCode, message] of wrong) {
  test(`${what} ends with exit code ${exitCode} and says so`, async () => {
    const { code, stderr } = await checkpoint(...args);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("    at ");
    expect(code).toBe(exitCode);
  });
}

test("a run's folder with periodic checkpoints alone gives the latest", async () => {
  const other = join(folder, "other", "checkpoints");
  mkdirSync(other, { recursive: true });
  for (const epoch of [9, 10]) writePtFile(join(other, `checkpoint_epoch_${epoch}.pt`), content(epoch));
  writeFileSync(join(other, "notes.txt"), "");
  expect((await checkpoint("inspect", join(folder, "other"))).stdout).toMatch(/epoch +10\n/);
});
