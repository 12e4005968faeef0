/** Tests what the progress plugin prints. */

import { expect, spyOn, test } from "bun:test";
import progress from "../../plugins/progress/plugin.ts";
import { fakeRun } from "../support/fake-run.ts";

const start = {
  step: 0,
  epoch: 0,
  trainSheets: 20,
  sheetsPerEpoch: 20,
  validationSheets: 4,
  testSheets: 0,
  datasets: ["synthetic"],
  totalParameters: 1,
  trainableParameters: 1,
  architecture: "",
  device: "js",
  totalSteps: 6,
  stepsPerEpoch: 3,
  maxEpochs: 2,
};
const gradStep = {
  step: 1,
  epoch: 1,
  loss: 4,
  lr: 1e-4,
  maxGradNorm: 1,
  meanGradNorm: 1,
  sheets: 8,
  sheetsDone: 8,
  gradients: () => new Map(),
};
const val = { loss: 3, precision: 0.5, recall: 0.25, f1: 1 / 3, eob_mean: null };

test("progress shows two live lines on a terminal: how far the run is, and how good", async () => {
  using clock = spyOn(performance, "now").mockReturnValue(1000);
  const run = fakeRun({ terminal: true });
  const hooks = await progress.setup(run, {});
  await hooks.onRunStart?.(start);
  await hooks.onEpochStart?.({ step: 0, epoch: 1, maxEpochs: 2, steps: 3, sheets: 20 });
  expect(run.statuses).toEqual([`epoch 1/2  ${"░".repeat(24)}  0/20 sheets\nstep 0/6`]);
  clock.mockReturnValue(2000);
  await hooks.onGradStep?.(gradStep);
  const bar = "█".repeat(10) + "░".repeat(14);
  expect(run.statuses.at(-1)).toBe(
    `epoch 1/2  ${bar}  8/20 sheets  8.0 sheets/s  ETA 5.0s\nstep 1/6  loss 4.000`,
  );
  await hooks.onGradStep?.({ ...gradStep, step: 3, sheetsDone: 20 });
  expect(run.statuses.at(-1)).toBe(
    `epoch 1/2  ${"█".repeat(24)}  validating 4 sheets  ETA 1.0s\nstep 3/6  loss 4.000`,
  );
  await hooks.onEpochEnd?.({ step: 3, epoch: 1, train: { loss: 4.5 }, val, best: true, seconds: 2 });
  expect(run.statuses.at(-1)).toBeNull();
  await hooks.onEpochStart?.({ step: 3, epoch: 2, maxEpochs: 2, steps: 3, sheets: 20 });
  expect(run.statuses.at(-1)).toEndWith("\nstep 3/6  loss 4.000  val loss 3.000  best f1 0.333 (epoch 1)");
});

test("progress prints a line per epoch where there is no terminal, and a table with the best epoch at the end", async () => {
  const run = fakeRun();
  const hooks = await progress.setup(run, {});
  await hooks.onRunStart?.(start);
  for (const epoch of [1, 2]) {
    await hooks.onEpochStart?.({ step: 0, epoch, maxEpochs: 2, steps: 3, sheets: 20 });
    await hooks.onGradStep?.(gradStep);
    await hooks.onEpochEnd?.({ step: 3, epoch, train: { loss: 4.5 }, val, best: epoch === 1, seconds: 2 });
  }
  expect(run.printed).toHaveLength(2);
  expect(run.printed[0]).toBe(
    "epoch 1/2  loss 4.5000  val loss 3.0000  precision 0.500  recall 0.250  f1 0.333 (best)  10.0 sheets/s  2.0s",
  );
  const summary = { best_epoch: 1, best_f1: 1 / 3 };
  await hooks.onRunEnd?.({ step: 6, epoch: 2, status: "finished", summary, error: null, seconds: 4 });
  const text = run.printed.join("\n");
  expect(text).toContain("  1 *  4.5000    3.0000      0.500   0.250  0.333         –  2.0s");
  expect(text).toContain("finished after 4.0s, best epoch 1 with f1 0.333");
  expect(text).toContain("run folder: /nowhere");
});

test("progress prints a line per minute where there is no terminal and an epoch is long", async () => {
  using clock = spyOn(performance, "now").mockReturnValue(0);
  const run = fakeRun();
  const hooks = await progress.setup(run, {});
  await hooks.onRunStart?.(start);
  await hooks.onEpochStart?.({ step: 0, epoch: 1, maxEpochs: 2, steps: 3, sheets: 20 });
  clock.mockReturnValue(59_000);
  await hooks.onGradStep?.({ ...gradStep, sheetsDone: 8 });
  expect(run.printed).toEqual([]);
  clock.mockReturnValue(80_000);
  await hooks.onGradStep?.({ ...gradStep, step: 2, sheetsDone: 16 });
  expect(run.printed).toEqual(["epoch 1/2  16/20 sheets  0.2 sheets/s  ETA 2m40s  step 2/6  loss 4.000"]);
});

test("progress calls no epoch the best whose f1 is 0", async () => {
  const run = fakeRun({ terminal: true });
  const hooks = await progress.setup(run, {});
  await hooks.onRunStart?.(start);
  const nothing = { loss: 3, precision: 0, recall: 0, f1: 0, eob_mean: null };
  await hooks.onEpochEnd?.({ step: 3, epoch: 1, train: { loss: 4.5 }, val: nothing, best: true, seconds: 2 });
  await hooks.onEpochStart?.({ step: 3, epoch: 2, maxEpochs: 2, steps: 3, sheets: 20 });
  const summary = { best_epoch: 1, best_f1: 0 };
  await hooks.onRunEnd?.({ step: 3, epoch: 1, status: "finished", summary, error: null, seconds: 4 });
  expect(run.statuses.find((status) => status?.startsWith("epoch 2"))).toEndWith("  val loss 3.000  f1 0");
  const text = run.printed.join("\n");
  expect(text).not.toMatch(/best|\*/);
  expect(text).toContain("finished after 4.0s, f1 is still 0");
});

test("progress knows the sheets of an epoch that is resumed in its middle, which has no onEpochStart", async () => {
  using clock = spyOn(performance, "now").mockReturnValue(1000);
  const run = fakeRun({ terminal: true });
  const hooks = await progress.setup(run, {});
  await hooks.onRunStart?.({ ...start, step: 1, epoch: 1 });
  clock.mockReturnValue(2000);
  await hooks.onGradStep?.({ ...gradStep, step: 2, sheetsDone: 16 });
  expect(run.statuses.at(-1)).toMatch(/^epoch 1\/2 {2}█+░+ {2}16\/20 sheets {2}/);
  await hooks.onEpochEnd?.({ step: 3, epoch: 1, train: {}, val: null, best: false, seconds: 2 });
  expect(run.printed[0]).toContain("10.0 sheets/s");
});

test("progress of a resumed run repeats the line of the last epoch, and its table has all epochs", async () => {
  const before = fakeRun();
  const first = await progress.setup(before, {});
  await first.onRunStart?.(start);
  await first.onEpochEnd?.({ step: 3, epoch: 1, train: { loss: 4.5 }, val, best: true, seconds: 2 });
  const state = JSON.parse(JSON.stringify(first.saveState?.()));

  const run = fakeRun({ state });
  const hooks = await progress.setup(run, {});
  await hooks.onRunStart?.({ ...start, step: 3, epoch: 1 });
  expect(run.printed).toEqual([`${before.printed[0]}  (before)`]);
  await hooks.onEpochEnd?.({ step: 6, epoch: 2, train: { loss: 4 }, val, best: false, seconds: 2 });
  const summary = { best_epoch: 1, best_f1: 1 / 3 };
  await hooks.onRunEnd?.({ step: 6, epoch: 2, status: "finished", summary, error: null, seconds: 4 });
  const table = run.printed.find((line) => line.includes("EoB mean"))!;
  expect(table.split("\n").filter((line) => /^ +\d/.test(line))).toHaveLength(2);
});

test("progress shows on its line what other plugins add to it", async () => {
  const run = fakeRun({ terminal: true });
  const hooks = await progress.setup(run, {});
  await hooks.onRunStart?.(start);
  await hooks.onProgress?.({ step: 1, epoch: 1, values: { ema: 0.5, left: 3 } });
  expect(run.statuses).toEqual([]);
  await hooks.onGradStep?.(gradStep);
  expect(run.statuses.at(-1)).toEndWith("  loss 4.000  ema 0.5  left 3");
  await hooks.onProgress?.({ step: 1, epoch: 1, values: { ema: 0.25, left: 2 } });
  expect(run.statuses.at(-1)).toEndWith("  loss 4.000  ema 0.25  left 2");
  await hooks.onEpochEnd?.({ step: 3, epoch: 1, train: { loss: 4.5 }, val, best: true, seconds: 2 });
  await hooks.onProgress?.({ step: 3, epoch: 1, values: { ema: 0.125, left: 1 } });
  expect(run.statuses.at(-1)).toBeNull(); // there is no line between two epochs
});
