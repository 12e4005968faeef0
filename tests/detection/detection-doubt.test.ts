/** Tests how unsure a network is taken to be of a sheet. */

import { expect, test } from "bun:test";
import { detectionDoubt } from "../../core/detection/detection-doubt.ts";
import { DENSE_MAPS, DenseMaps } from "../../core/proposals/dense-maps.ts";
import { disagreement } from "../../core/proposals/disagreement.ts";

test("a score at the threshold is the largest doubt, scores of 0 and 1 are none", () => {
  expect(detectionDoubt([0.5], 0.5, 0)).toBe(1);
  expect(detectionDoubt([1, 0], 0.5, 0)).toBe(0);
  expect(detectionDoubt([], 0.5, 0)).toBe(0);
  expect(detectionDoubt([0.9, 0.25], 0.5, 0)).toBeCloseTo(0.5);
  expect(detectionDoubt([0.4], 0.8, 0)).toBeCloseTo(0.5);
  expect(detectionDoubt([0.3], 0, 0)).toBeCloseTo(0.7);
});

test("the two doubts add up to at most 1, and either of them raises the other", () => {
  expect(detectionDoubt([1], 0.5, 0.3)).toBeCloseTo(0.3);
  expect(detectionDoubt([0.75], 0.5, 0.5)).toBeCloseTo(0.75);
  expect(detectionDoubt([0.5], 0.5, 1)).toBe(1);
});

/** Maps of 2 × 3 cells; `inside` as probabilities, the edges nowhere. */
function mapsOf(inside: readonly number[], data: readonly number[]): DenseMaps {
  const logits = new Float32Array(inside.length * DENSE_MAPS.length).fill(-30);
  for (const [cell, value] of inside.entries())
    logits[cell * DENSE_MAPS.length] = Math.log(value / (1 - value));
  return new DenseMaps(2, 3, logits, Uint8Array.from(data));
}

test("maps and tables disagree on cells with data that one of them has and the other has not", () => {
  const [yes, no] = [1 - 1e-9, 1e-9];
  const maps = mapsOf([yes, yes, no, yes, yes, no], [1, 1, 1, 1, 0, 0]);
  const box = { x1: 0, y1: 0, x2: 2, y2: 2, score: 1 };
  expect(disagreement([box], maps)).toBeCloseTo(0);
  expect(disagreement([], maps)).toBeCloseTo(0.75);
  expect(disagreement([{ ...box, x2: 3 }], maps)).toBeCloseTo(0.25);
  // Of two tables over a cell the better one counts, and what lies off the sheet does not.
  const beyond = { x1: -5, y1: -5, x2: 9, y2: 9, score: 0.5 };
  expect(disagreement([box, beyond], maps)).toBeCloseTo(0.125);
  expect(disagreement([box], mapsOf([yes, yes, no, yes, yes, no], [0, 0, 0, 0, 0, 0]))).toBe(0);
});
