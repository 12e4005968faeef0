/** Run folders of any number and length, for measurements of what reads them. */

import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { randomStream } from "../../core/base/random.ts";
import { writeRecordedRun } from "./recorded-run.ts";

/** Rows that are written at once. */
const ROWS_PER_WRITE = 10_000;
const STEPS_PER_EPOCH = 1000;

/**
 * Writes a run with as many rows as wanted: two norms in every row, and eight values of the epoch in every
 * thousandth one, with all digits of a double.
 */
export function writeLongRun(folder: string, steps: number, seed: number): string {
  const path = writeRecordedRun(folder, {
    record: {
      name: `run ${seed}`,
      starts: [{ at: new Date(1.7e12 + seed * 6e4).toISOString(), step: 0 }],
      facts: {
        stepsPerEpoch: STEPS_PER_EPOCH,
        totalSteps: steps,
        maxEpochs: Math.ceil(steps / STEPS_PER_EPOCH),
      },
      step: steps,
    },
    steps: 10,
  });
  const random = randomStream(seed, "run");
  const metrics = join(path, "metrics.jsonl");
  rmSync(metrics);
  const file = openSync(metrics, "w");
  try {
    for (let first = 1; first <= steps; first += ROWS_PER_WRITE) {
      const count = Math.min(ROWS_PER_WRITE, steps - first + 1);
      const rows = Array.from({ length: count }, (_, index) => row(first + index, () => random.uniform()));
      writeSync(file, rows.join(""));
    }
  } finally {
    closeSync(file);
  }
  return path;
}

function row(step: number, random: () => number): string {
  const epoch = Math.ceil(step / STEPS_PER_EPOCH);
  const falling = 1 / Math.sqrt(step) + 0.1 * random();
  const norms = { "train/max_grad_norm": 3 * random(), "train/mean_grad_norm": random() };
  const names = [
    "train/loss",
    "train/cls_loss",
    "train/l1_loss",
    "val/loss",
    "val/precision",
    "val/recall",
    "val/f1",
  ];
  const ofEpoch =
    step % STEPS_PER_EPOCH === 0
      ? { ...Object.fromEntries(names.map((name) => [name, falling * random()])), "train/lr": 1e-4 / epoch }
      : {};
  return `${JSON.stringify({ epoch, global_step: step, ...norms, ...ofEpoch, _time: step / 20 })}\n`;
}
