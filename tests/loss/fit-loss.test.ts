/** Tests the loss of scores that say how well proposals fit. */

import { expect, test } from "bun:test";
import { detectionLoss } from "../../core/loss/detection-loss.ts";
import { fitLoss, fitOfProposals } from "../../core/loss/fit-loss.ts";

const SHEET = { rows: 20, columns: 10 };
/** B3:F12 of a sheet of 20 x 10 cells. */
const TABLE = Float32Array.of(0.35, 0.35, 0.5, 0.5);
const exact = { x1: 1, y1: 2, x2: 6, y2: 12 };

test("a proposal fits by its worst edge, and a query without a proposal has no fit", () => {
  const off = (cells: number) => ({ ...exact, y2: exact.y2 + cells });
  const proposals = [exact, off(1), off(-2), off(3), { ...exact, x1: 4 }];
  expect([...fitOfProposals(proposals, TABLE, SHEET, 7)]).toEqual([1, 0.5, 0.5, 0, 0, -1, -1]);
  expect([...fitOfProposals([exact], new Float32Array(0), SHEET, 1)]).toEqual([0]);
});

test("a proposal fits the nearest of several tables", () => {
  const other = Float32Array.of(0.35, 0.8, 0.5, 0.3);
  const both = Float32Array.of(...TABLE, ...other);
  expect([...fitOfProposals([{ x1: 1, y1: 13, x2: 6, y2: 19 }, exact], both, SHEET, 2)]).toEqual([1, 1]);
});

test("the loss is least where the probability is the fit, and its slope is its derivative", () => {
  const step = 1e-5;
  for (const fit of [0, 0.5, 1]) {
    for (const logit of [-30, -2, 0, 0.7, 30]) {
      const { loss, slope } = fitLoss(logit, fit);
      const rise = fitLoss(logit + step, fit).loss - fitLoss(logit - step, fit).loss;
      expect(slope).toBeCloseTo(rise / (2 * step), 5);
      expect(loss).toBeGreaterThanOrEqual(0);
    }
  }
  expect(fitLoss(0, 0.5).slope).toBe(0);
  expect(fitLoss(3, -1)).toEqual({ loss: 0, slope: 0 });
});

test("the detection loss takes the fit for its scores, and its boxes are matched as before", () => {
  const layers = [{ logits: Float32Array.of(2, -1), boxes: Float32Array.of(...TABLE, 0.5, 0.5, 0.9, 0.9) }];
  const options = { lambda_cls: 2, lambda_l1: 5, lambda_iou: 2 };
  const matched = detectionLoss(layers, [TABLE], 1, options);
  const fitted = detectionLoss(layers, [TABLE], 1, options, Float32Array.of(1, -1));
  expect(fitted.cls).toBeCloseTo(2 * fitLoss(2, 1).loss, 6);
  expect([fitted.l1, fitted.iou]).toEqual([matched.l1, matched.iou]);
  expect(fitted.gradients[0]!.logits[1]).toBe(0);
  expect(fitted.gradients[0]!.logits[0]).toBeCloseTo(2 * fitLoss(2, 1).slope, 6);
});
