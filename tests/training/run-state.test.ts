/** Tests what a run remembers from step to step and from process to process. */

import { expect, test } from "bun:test";
import { FRESH_PROGRESS } from "../../core/training/progress-state.ts";
import { RunState } from "../../core/training/run-state.ts";

const sums = (loss: number) => ({
  sheets: 2,
  loss,
  det_loss: loss,
  cls_loss: 1,
  l1_loss: 1,
  iou_loss: 1,
  dense_loss: 0,
});

/** In the middle of its first epoch, two steps done. */
function inFirstEpoch(): RunState {
  const state = new RunState(FRESH_PROGRESS);
  state.beginEpoch();
  state.countStep(sums(3), 0.5);
  state.countStep(sums(4), 0.25);
  return state;
}

test("countStep() adds up the epoch's sums, keeps the last rate and stands in the epoch that is under way", () => {
  const state = inFirstEpoch();
  expect(state.progress).toMatchObject({ step: 2, epoch: 0, stepInEpoch: 2, pendingRow: {} });
  expect(state.progress.sums).toMatchObject({ sheets: 4, loss: 7, cls_loss: 2, lr: 0.25 });
  expect(state.moment).toEqual({ step: 2, epoch: 1 });
});

test("endEpoch() keeps the first of equally good epochs, and none without a validation split", () => {
  const state = inFirstEpoch();
  expect(state.endEpoch({ loss: 2 }, { f1: 0.5 })).toBe(true);
  expect(state.endEpoch({ loss: 1 }, { f1: 0.5 })).toBe(false);
  expect(state.endEpoch({ loss: 1 }, null)).toBe(false);
  expect(state.progress).toMatchObject({ epoch: 3, stepInEpoch: 0, train: { loss: 1 }, val: null });
  expect(state.progress.best).toEqual({ epoch: 1, metrics: { f1: 0.5 } });
  expect(state.progress.sums.sheets).toBe(0);
  expect(state.moment).toEqual({ step: 2, epoch: 3 });
});

test("a state is ruined while the loss is a thousand times the lowest, unless it finds more than any before", () => {
  const state = inFirstEpoch();
  state.endEpoch({ loss: 2 }, { f1: 0.5, loss: 2 });
  state.countStep(sums(10_000), 0.5);
  expect(state.isRuined).toBe(true);
  state.countStep(sums(10), 0.5);
  expect(state.isRuined).toBe(false);
  state.endEpoch({ loss: 2 }, { f1: 0.25, loss: 10_000 });
  expect(state.isRuined).toBe(true);
  state.endEpoch({ loss: 2 }, { f1: 0.75, loss: 10_000 });
  expect(state.isRuined).toBe(false);
  expect(state.progress.lowest).toEqual({ epoch: 1, loss: 2 });
});

test("a state that has diverged is ruined for good", () => {
  const state = inFirstEpoch();
  state.diverge();
  state.countStep(sums(1), 0.5);
  expect(state.isRuined).toBe(true);
});

test("a step's row is left from its update until it is handed over, unless the progress holds it", () => {
  const state = inFirstEpoch();
  expect(state.isRowLeft).toBe(true);
  state.closeRow();
  expect(state.isRowLeft).toBe(false);
  state.countStep(sums(1), 0.25);
  state.awaitValidation({ "train/max_grad_norm": 1 });
  expect(state.progress.pendingRow).toEqual({ "train/max_grad_norm": 1 });
  expect(state.isRowLeft).toBe(false);
  state.endEpoch({}, null);
  expect(state.progress.pendingRow).toEqual({});
  expect(state.isRowLeft).toBe(true);
});

test("a run that is resumed with a saved row goes on with it and leaves it only after its epoch has ended", () => {
  const before = inFirstEpoch();
  before.awaitValidation({ "train/max_grad_norm": 1 });
  const state = new RunState(before.progress);
  state.beginEpoch();
  state.awaitValidation({ "train/max_grad_norm": 1 });
  expect(state.isRowLeft).toBe(false);
  state.endEpoch({}, null);
  expect(state.isRowLeft).toBe(true);
});

test("the times of earlier processes count: of the run, and of the epoch that is resumed", () => {
  const sums = { ...FRESH_PROGRESS.sums, seconds: 100 };
  const state = new RunState({ ...FRESH_PROGRESS, step: 1, stepInEpoch: 1, seconds: 1000, sums });
  state.beginEpoch();
  expect(state.epochSeconds).toBeGreaterThanOrEqual(100);
  state.stopClock();
  expect(state.progress.seconds).toBeGreaterThanOrEqual(1000);
});
