/** Run folders as the plugin history leaves them, without a training. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { historyLine, type RecordedSheet } from "../../core/base/history-line.ts";
import type { RunRecord } from "../../core/base/run-record.ts";

export interface RecordedRunOptions {
  /** Changes of `run.json`. */
  readonly record?: Partial<RunRecord>;
  /** Gradient steps; 10 make an epoch, the last of which has `train/loss` and `val/f1`. @default 20 */
  readonly steps?: number;
  /** The validation sheets, for every epoch. Nothing is predicted on the first, everything on the others. */
  readonly sheets?: readonly RecordedSheet[];
}

const STEPS_PER_EPOCH = 10;

/** A run of two epochs; its facts go together. */
export const RECORD: RunRecord = {
  version: 1,
  id: "abcd1234",
  name: "recorded",
  status: "finished",
  reason: null,
  device: "wasm",
  config: {
    experiment: { name: "recorded", tags: ["first"], notes: "from the configuration" },
    training: { lr: 0.001, max_epochs: 2, batch_size: 1, gradient_accumulation_steps: 8, depths: [2, 2] },
    evaluation: { eob_threshold: 0 },
  },
  facts: { sheetsPerEpoch: 75, stepsPerEpoch: STEPS_PER_EPOCH, totalSteps: 20, maxEpochs: 2 },
  environment: { bun: "1.4.5" },
  commit: "0123456",
  starts: [{ at: "2026-11-30T02:02:25.327Z", step: 0 }],
  step: 20,
  epoch: 2,
  seconds: 40,
  best: { epoch: 1, metrics: { f1: 0.5, loss: 2 } },
  summary: { "train/loss": 0.5, "val/f1": 0.25 },
  checkpoints: { "best.pt": { step: 10, epoch: 1 }, "last.pt": { step: 20, epoch: 2 } },
};

/** A sheet of 2 × 3 cells with one table. */
export const SHEET: RecordedSheet = {
  dataset: "synthetic",
  file: "a.xlsx",
  sheet: "One",
  rows: 2,
  cols: 3,
  truth: ["A1:B2"],
  marks: [129, 4, 1, 2],
};

/** A row of metrics, as a line. */
export function recordedRow(step: number): string {
  const epoch = Math.ceil(step / STEPS_PER_EPOCH);
  const isLast = step % STEPS_PER_EPOCH === 0;
  const ofEpoch = isLast ? { "train/loss": 1 / epoch, "val/f1": 0.5 / epoch } : {};
  const row = { epoch, global_step: step, "train/max_grad_norm": step % 7, ...ofEpoch, _time: 2 * step };
  return `${JSON.stringify(row)}\n`;
}

/** Writes a run's folder. @returns its path. */
export function writeRecordedRun(
  folder: string,
  { record, steps = 20, sheets = [SHEET, { ...SHEET, sheet: "Two" }] }: RecordedRunOptions = {},
): string {
  mkdirSync(join(folder, "checkpoints"), { recursive: true });
  mkdirSync(join(folder, "configs"), { recursive: true });
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  write("run.json", JSON.stringify({ ...RECORD, ...record }));
  write("metrics.jsonl", Array.from({ length: steps }, (_, index) => recordedRow(index + 1)).join(""));
  write("configs/config.yaml", "experiment: { name: recorded }\n");
  write("model_arch.txt", "detector\n");
  write("output.log", "epoch 1\nepoch 2\n");
  write("checkpoints/best.pt", "weights");
  write("checkpoints/last.pt", "weights");
  const lines = Array.from({ length: Math.floor(steps / STEPS_PER_EPOCH) }, (_, index) => {
    const moment = { step: (index + 1) * STEPS_PER_EPOCH, epoch: index + 1 };
    const record = {
      names: ["gradients/a", "gradients/b"],
      min: [-1, 2],
      max: [1, 2],
      counts: [[1, 2], [7]],
    };
    const predicted = sheets.map((sheet, at) =>
      at === 0 ? [] : sheet.truth.map((range) => [range, 0.9] as const),
    );
    return [
      historyLine("histograms", moment, record),
      index === 0 ? historyLine("sheets", moment, { sheets, leftOut: 3 }) : "",
      historyLine("predictions", moment, { predicted }),
    ].join("");
  });
  write("history.jsonl", lines.join(""));
  return folder;
}
