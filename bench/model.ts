/**
 * Measures training and forward speed of the detector on `workload.json`: one sheet per micro-batch, with
 * forward pass, matching and backward pass, and an AdamW update after every `accumulate` sheets. Prints one
 * JSON line.
 *
 * usage: bun bench/model.ts [--config minimal|full] [--device auto] [--workers auto] [--passes 3] [--profile]
 *
 * - sheets_per_s and forward_sheets_per_s: the best pass after a warm-up;
 * - cpu_ms_per_sheet: processor time of all threads per training sheet, which other programs change less;
 * - import_s: from the start of the process to an open device;
 * - first_step_s: from the start of the process to the end of the first gradient step.
 *
 * Each worker compiles its own hot code on the cores that it computes on. What two workers gain over one
 * therefore shows only with --passes 20, or in a run of more than a few seconds.
 */

import { randomStream } from "../core/base/random.ts";
import { sharedFloats } from "../core/base/shared-floats.ts";
import type { EngineSheet, MicroBatch } from "../core/detection/engine/gradient-engine.ts";
import { openLearning } from "../core/detection/engine/learning.ts";
import { openEngine } from "../core/detection/open-engine.ts";
import { packGrid } from "../core/features/packed-grid.ts";
import { countParameters } from "../core/model/architecture.ts";
import { DEFAULT_DETECTOR, type DetectorConfig } from "../core/model/detector-config.ts";
import { createParameters } from "../core/model/parameters.ts";
import { freshAdamW } from "../core/optim/adamw.ts";
import { clipScale } from "../core/optim/gradient-norms.ts";
import { FULL_DETECTOR } from "../tests/support/full-detector.ts";
import { benchArguments, optionNumber } from "./bench-arguments.ts";
import { profileKernels } from "./profile-kernels.ts";
import workload from "./workload.json";

const CONFIGS: Readonly<Record<"minimal" | "full", DetectorConfig>> = {
  minimal: DEFAULT_DETECTOR,
  full: FULL_DETECTOR,
};

const flags = benchArguments("model", {
  config: { type: "enum", options: ["minimal", "full"], default: "minimal", description: "The network" },
  device: { type: "string", valueHint: "name", default: "auto", description: "Device of the network" },
  workers: { type: "string", valueHint: "number", default: "auto", description: "Threads that compute" },
  passes: { type: "string", valueHint: "number", default: "3", description: "Passes over the sheets" },
  profile: { type: "boolean", default: false, description: "Print the time of each kernel, on one thread" },
});
const passes = optionNumber("passes", flags.passes);
const asked = flags.workers === "auto" ? "auto" : optionNumber("workers", flags.workers);
const detector = CONFIGS[flags.config];
const sinceStart = () => (performance.timeOrigin + performance.now() - startOfProcess()) / 1000;

/** Workers have kernels of their own, so a profile covers one thread. */
const workers = flags.profile ? 1 : asked;
const engine = await openEngine({
  device: flags.device,
  workers,
  seed: 0,
  detector,
  loss: { lambda_cls: 2, lambda_l1: 5, lambda_iou: 2 },
});
const importSeconds = sinceStart();

const sheets = (workload.sheets as [number, number, number[][]][]).map(madeUpSheet);
const size = countParameters(detector);
const parameters = createParameters(detector, 0, sharedFloats(size));
const learning = openLearning(engine, { parameters, average: null, optimizer: freshAdamW(size) });
engine.setParameters(parameters.flat);

let firstStepSeconds: number | null = null;
let cpuSeconds = Number.POSITIVE_INFINITY;
let best = Number.POSITIVE_INFINITY;
let bestForward = Number.POSITIVE_INFINITY;
for (let pass = 0; pass <= passes; pass++) {
  const before = process.cpuUsage();
  const training = await seconds(() => train(pass));
  const used = process.cpuUsage(before);
  const forward = await seconds(() => engine.detect(batches(sheets, [pass]), { withLoss: false }));
  if (pass === 0) continue;
  best = Math.min(best, training);
  cpuSeconds = Math.min(cpuSeconds, (used.user + used.system) / 1e6);
  bestForward = Math.min(bestForward, forward);
}
if (flags.profile) {
  const table = profileKernels();
  await train(-1);
  console.log(table());
}
console.log(
  JSON.stringify({
    engine: `tablesense2 ${engine.device}`,
    config: flags.config,
    workers: engine.workers,
    params: size,
    sheets_per_s: round(sheets.length / best, 2),
    forward_sheets_per_s: round(sheets.length / bestForward, 2),
    cpu_ms_per_sheet: round((1000 * cpuSeconds) / sheets.length, 1),
    peak_rss_mb: Math.round(process.resourceUsage().maxRSS / 1024),
    import_s: round(importSeconds, 2),
    first_step_s: round(firstStepSeconds!, 2),
  }),
);
await engine.dispose();

async function train(pass: number): Promise<void> {
  for (let start = 0; start < sheets.length; start += workload.accumulate) {
    const step = batches(sheets.slice(start, start + workload.accumulate), [pass, start]);
    const { norms } = await learning.gradient(step);
    const gradientScale = clipScale(norms.global, 0.1);
    await learning.update({ lr: 1e-4, weightDecay: 1e-4, gradientScale, averaging: null });
    firstStepSeconds ??= sinceStart();
  }
}

function batches(from: readonly EngineSheet[], keys: readonly number[]): MicroBatch[] {
  return from.map((sheet, i) => ({
    sheets: [sheet],
    seed: [...keys, i],
    weight: 1 / workload.accumulate,
  }));
}

/** A sheet in whose cells each of the 43 channels is set with probability 0.2. */
function madeUpSheet([height, width, boxes]: [number, number, number[][]], index: number): EngineSheet {
  const random = randomStream(0, "bench", index);
  const data = Float32Array.from({ length: height * width * 43 }, () => (random.chance(0.2) ? 1 : 0));
  return {
    grid: packGrid({ height, width, data }),
    boxes: Float32Array.from(boxes.flat()),
    label: `sheet ${index}`,
  };
}

async function seconds(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return (performance.now() - start) / 1000;
}

/** Milliseconds since 1970 at which this process began. */
function startOfProcess(): number {
  return Date.now() - process.uptime() * 1000;
}

function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
