/** Tests that the table of runs fits the terminal. */

import { expect, test } from "bun:test";
import { diffText, listText } from "../../../core/commands/runs/run-text.ts";
import { compareRuns } from "../../../core/runs/compare-runs.ts";
import type { RunDetails, RunRow } from "../../../core/runs/run-data.ts";

const ROW: RunRow = {
  id: "deformable_detr_table_detector_minimal 2026-11-30 02:35",
  name: "deformable_detr_table_detector_minimal",
  status: "interrupted",
  reason: null,
  started: null,
  durationSeconds: 249,
  steps: 60,
  totalSteps: 60,
  epochs: 3,
  maxEpochs: 3,
  bestF1: 0.0339,
  bestEpoch: 3,
  device: "wasm (TensorFlow.js 4.22.0, SIMD kernels)",
  settings: {},
  summary: { "val/loss": 17.5862 },
  tags: ["first"],
  notes: "",
  problems: [],
};
const rowAt = (width: number) => listText([ROW], [], width).split("\n")[2];

test("listText() has all columns where there is room, and leaves out the least important ones", () => {
  expect(rowAt(Number.POSITIVE_INFINITY)).toBe(
    `${ROW.id}  interrupted  0.034    3/3  4m09s   17.5862    wasm  first`,
  );
  expect(rowAt(90)).toBe(`${ROW.id}  interrupted  0.034    3/3  4m09s`);
});

test("listText() leaves out the middle of names that are too long, and keeps the time at their end", () => {
  expect(rowAt(60)).toBe("deformable_detr_tab…al 2026-11-30 02:35  interrupted  0.034");
  for (let width = 42; width < 130; width++) {
    for (const line of listText([ROW], [], width).split("\n")) expect(line.length).toBeLessThan(width);
  }
});

test("diffText() calls more than 26 runs AA, AB …", () => {
  const details: Omit<RunDetails, keyof RunRow> = {
    ...{ configuration: null, architecture: null, environment: {}, commit: null, facts: {} },
    ...{ checkpoints: [], commands: { resume: null, evaluate: null, predict: null } },
    ...{ metrics: [], histogramNames: [], sheetEpochs: [] },
  };
  const runs = Array.from({ length: 28 }, (_, index) => ({ ...ROW, ...details, id: `run ${index}` }));
  const lines = diffText(runs, compareRuns(runs)).split("\n");
  expect(lines.slice(25, 28).map((line) => line.slice(0, 2))).toEqual(["Z ", "AA", "AB"]);
});
