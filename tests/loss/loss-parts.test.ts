/** Tests the list of the parts of the loss. */

import { expect, test } from "bun:test";
import {
  addSums,
  describeParts,
  LOSS_PARTS,
  meanLosses,
  NO_LOSS,
  partsOf,
  sumsOverSheets,
  withTotal,
} from "../../core/loss/loss-parts.ts";

const PARTS = withTotal({ det_loss: 8, cls: 1, l1: 2, iou: 3, dense_loss: 0.5 });

test("withTotal() adds up the decoder's loss over all layers and the dense head's, and puts the total first", () => {
  expect(PARTS.total).toBe(8.5);
  expect(Object.keys(PARTS)).toEqual(LOSS_PARTS.map(({ name }) => name));
});

test("sums over batches of different sizes give the mean over their sheets, by metric", () => {
  const other = { ...PARTS, total: 2.5, dense_loss: 2 };
  const sums = [sumsOverSheets(PARTS, 1), sumsOverSheets(other, 3)].reduce(addSums, NO_LOSS);
  expect(sums).toMatchObject({ sheets: 4, loss: 16, cls_loss: 4, dense_loss: 6.5 });
  expect(meanLosses(sums, true)).toEqual({
    loss: 4,
    det_loss: 8,
    cls_loss: 1,
    l1_loss: 2,
    iou_loss: 3,
    dense_loss: 1.625,
  });
});

test("meanLosses() has no dense_loss for a network without a dense head", () => {
  const means = meanLosses(sumsOverSheets(PARTS, 2), false);
  expect(Object.keys(means)).toEqual(["loss", "det_loss", "cls_loss", "l1_loss", "iou_loss"]);
});

test("partsOf() leaves what else an object holds, describeParts() says every part", () => {
  const result = partsOf({ ...PARTS, gradients: [] } as typeof PARTS);
  expect(result).toEqual(PARTS);
  expect(describeParts(result)).toBe("total 8.5, det_loss 8, cls 1, l1 2, iou 3, dense_loss 0.5");
});
