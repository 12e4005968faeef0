/** Tests weights that are exported to be handed on, in both formats. */

import { expect, setDefaultTimeout, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { checkpointValue, readCheckpoint } from "../../core/checkpoint/detector-state.ts";
import { exportWeights } from "../../core/checkpoint/export.ts";
import { exportedConfig } from "../../core/checkpoint/exported-config.ts";
import { inspectCheckpoint } from "../../core/checkpoint/inspect.ts";
import { loadStateDict } from "../../core/checkpoint/state-dict.ts";
import { writePtFile } from "../../core/checkpoint/write-pt.ts";
import { openSheetDetector } from "../../core/detection/sheet-detector.ts";
import { writeRandomCheckpoint } from "../support/random-checkpoint.ts";
import { skipped } from "../support/skipped.ts";
import { sharedFolder } from "../support/temporary-folder.ts";

setDefaultTimeout(120_000); // on a busy machine too

const folder = sharedFolder("export").path;
const trained = join(folder, "best.pt");
const half = join(folder, "half.safetensors");

/** Each with the bits of the nearest float16: ties go to the even neighbour. */
const ROUNDED: readonly (readonly [number, number])[] = [
  [0, 0x0000],
  [-0, 0x8000],
  [1, 0x3c00],
  [-2, 0xc000],
  [1 + 2 ** -11, 0x3c00], // half-way: down to the even one
  [1 + 3 * 2 ** -11, 0x3c02], // half-way: up to the even one
  [1 + 2 ** -11 + 2 ** -20, 0x3c01],
  [65504, 0x7bff],
  [65519, 0x7bff],
  [2 ** -14, 0x0400],
  [2 ** -24, 0x0001], // the smallest there is
  [2 ** -25, 0x0000], // half-way to it
  [3 * 2 ** -25, 0x0002],
];
const average = Float32Array.from(ROUNDED, ([value]) => value);
const network = () => ({
  names: ["w"],
  shapes: [[average.length]],
  offsets: [0],
  flat: new Float32Array(average.length),
});

const CONFIG = {
  model: { type: "detector", init: "/secret/place/last.pt", init_partial: true, detr: { hidden_dim: 16 } },
  training: { ema_decay: 0.999 },
  evaluation: { score_threshold: "auto", eob_threshold: 2 },
  data: {
    root: "/secret/place",
    dataset_names: ["secret"],
    max_rows: 300,
    max_cols: 99,
    on_large_sheet: "crop",
  },
  plugins: { wandb: { entity: "secret" } },
};
writePtFile(
  trained,
  checkpointValue({
    parameters: network(),
    average,
    optimizer: { step: 1, expAvg: average, expAvgSq: average, lr: 1, weightDecay: 0 },
    scheduler: {},
    epoch: 4,
    trainMetrics: {},
    valMetrics: { f1: 0.75, score_threshold: 0.375 },
    bestValF1: 0.75,
    extra: { run_id: "abcdefgh", config: CONFIG },
  }),
);

test("exportWeights() as float16 writes the average's nearest halves, two bytes each, after the header", () => {
  exportWeights(readCheckpoint(trained), half, "safetensors", "float16");
  const content = readFileSync(half);
  const length = Number(content.readBigUInt64LE(0));
  const header = JSON.parse(content.subarray(8, 8 + length).toString());
  expect(header.w).toEqual({ dtype: "F16", shape: [ROUNDED.length], data_offsets: [0, 2 * ROUNDED.length] });
  expect(content.length).toBe(8 + length + 2 * ROUNDED.length);
  const bits = ROUNDED.map((_, i) => content.readUInt16LE(8 + length + 2 * i));
  expect(bits).toEqual(ROUNDED.map(([, expected]) => expected));
});

test("readCheckpoint() and loadStateDict() give float16 weights back as float32, as near as halves are", () => {
  exportWeights(readCheckpoint(trained), half, "safetensors", "float16");
  const target = network();
  loadStateDict(readCheckpoint(half).model, target, half);
  expect([...target.flat]).toEqual([...new Float16Array(average)]);
});

test("exported weights keep model, training, evaluation with the chosen threshold, and the limits of a sheet", () => {
  for (const format of ["safetensors", "pt"] as const) {
    const file = join(folder, `described.${format}`);
    exportWeights(readCheckpoint(trained), file, format, "float16");
    const { extra } = readCheckpoint(file);
    expect(extra).toMatchObject({ epoch: 4, run_id: "abcdefgh", val_metrics: { f1: 0.75 } });
    expect(extra!.config).toEqual({
      model: { ...CONFIG.model, init: null, init_partial: false },
      training: CONFIG.training,
      evaluation: { score_threshold: 0.375, eob_threshold: 2 },
      data: { max_rows: 300, max_cols: 99, on_large_sheet: "crop" },
    });
    expect(readFileSync(file).includes("secret")).toBe(false);
  }
});

test("weights that are exported once more keep epoch and metrics, whatever the case of the ending", () => {
  const first = join(folder, "first.SAFETENSORS");
  exportWeights(readCheckpoint(trained), first, "safetensors", "float16");
  for (const format of ["safetensors", "pt"] as const) {
    const again = join(folder, `again.${format}`);
    exportWeights(readCheckpoint(first), again, format, "float16");
    expect(readCheckpoint(again).extra).toEqual(readCheckpoint(first).extra);
    expect(readCheckpoint(again).extra).toMatchObject({ epoch: 4, best_val_f1: 0.75 });
  }
  expect(inspectCheckpoint(first).groups[0]!.tensors).toHaveLength(1);
});

test("exportedConfig() leaves a threshold that was given, and takes 0.5 for auto without a validation", () => {
  const given = { evaluation: { score_threshold: 0.3 } };
  expect(exportedConfig(given, { score_threshold: 0.9 })).toEqual(given);
  expect(exportedConfig({ evaluation: { score_threshold: "auto" } }, null)).toEqual({
    evaluation: { score_threshold: 0.5 },
  });
  expect(exportedConfig({}, null)).toEqual({});
});

test("openSheetDetector() takes the threshold that the last validation chose, from a checkpoint and from its export", async () => {
  const auto = join(folder, "auto.pt");
  const opened = async (path: string) => {
    const detector = await openSheetDetector(path, { device: "js" });
    await detector.dispose();
    return detector.scoreThreshold;
  };
  writeRandomCheckpoint(auto, { score: "auto", validation: { score_threshold: 0.375 } });
  expect(await opened(auto)).toBe(0.375);
  for (const format of ["safetensors", "pt"] as const) {
    const file = join(folder, `auto-exported.${format}`);
    exportWeights(readCheckpoint(auto), file, format, "float16");
    expect(await opened(file)).toBe(0.375);
  }
  writeRandomCheckpoint(auto, { score: "auto" });
  expect(await opened(auto)).toBe(0.5); // never validated
});

test("checkpoint export <file> <out> --half writes halves; the ending says the format; two names are refused", () => {
  const run = (...args: string[]) =>
    spawnSync(
      process.execPath,
      [join(PROJECT_ROOT, "core/commands/checkpoint.ts"), "export", trained, ...args],
      {
        encoding: "utf8",
        env: { ...process.env, NO_COLOR: "1" },
      },
    );
  const [small, large] = [join(folder, "small.pt"), join(folder, "large.safetensors")];
  expect(run(small, "--half")).toMatchObject({ status: 0, stdout: `${small}\n`, stderr: "" });
  expect(readCheckpoint(small).model.get("w")!.dtype).toBe("float16");
  expect(run(large)).toMatchObject({ status: 0, stdout: `${large}\n`, stderr: "" });
  expect(readCheckpoint(large).model.get("w")!.dtype).toBe("float32");
  expect(statSync(large).size - statSync(half).size).toBeGreaterThanOrEqual(2 * ROUNDED.length - 8);
  const twice = run(small, "--output", large);
  expect(twice.status).toBe(2);
  expect(twice.stderr).toContain(`${small} and ${large}`);
  const types = run(small, "--half", "--dtype", "bfloat16");
  expect(types.status).toBe(2);
  expect(types.stderr).toContain("float16 and bfloat16");
});

const hasSafetensors = spawnSync("python3", ["-c", "import safetensors.numpy"]).status === 0;
if (!hasSafetensors) skipped("test against safetensors", "no python3 with safetensors and numpy");

test.skipIf(!hasSafetensors)("Python's safetensors reads what exportWeights() wrote", () => {
  exportWeights(readCheckpoint(trained), half, "safetensors", "float16");
  const script = `import sys, json
from safetensors.numpy import load_file
w = load_file(sys.argv[1])["w"]
print(json.dumps([str(w.dtype), w.view("uint16").tolist()]))`;
  const { stdout } = spawnSync("python3", ["-c", script, half], { encoding: "utf8" });
  expect(JSON.parse(stdout)).toEqual(["float16", ROUNDED.map(([, bits]) => bits)]);
});
