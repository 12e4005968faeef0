/** Tests how well scores agree with how often predictions are right. */

import { expect, test } from "bun:test";
import { calibration } from "../../core/scoring/calibration.ts";
import { ranges } from "../support/picture.ts";

/** A sheet with these tables and predictions; scores in the order of the ranges. */
const sheet = (truth: string, predicted: string, ...scores: number[]) => ({
  truth: ranges(truth),
  predicted: ranges(predicted).map((range, at) => ({ range, score: scores[at]! })),
});

test("the error is the mean distance of precision and score over bins, weighted by their predictions", () => {
  const sheets = [
    sheet("A1:B9", "A1:B9", 0.95), // right
    sheet("A1:B9", "D1:E9", 0.91), // wrong: the bin is right half of the time at a mean score of 0.93
    sheet("A1:B9", "A1:D11", 0.35), // right: EoB 2
    sheet("", "A1:B9", 0.31), // wrong
  ];
  const { error, bins, predicted, eob } = calibration(sheets, 0.3);
  expect([predicted, eob]).toEqual([4, 2]);
  expect(bins.map(({ from, to, predicted: count, precision }) => [from, to, count, precision])).toEqual([
    [0.3, 0.4, 2, 0.5],
    [0.9, 1, 2, 0.5],
  ]);
  expect(bins.map(({ score }) => score.toFixed(2))).toEqual(["0.33", "0.93"]);
  expect(error).toBeCloseTo((2 * 0.17 + 2 * 0.43) / 4, 10);
});

test("a second prediction of the same table is wrong, and a score of 1 lies in the last bin", () => {
  const { error, bins } = calibration([sheet("A1:B9", "A1:B9 A1:B10", 1, 0.9)], 0.5);
  expect(bins.map(({ from, predicted, precision }) => [from, predicted, precision])).toEqual([[0.9, 2, 0.5]]);
  expect(error).toBeCloseTo(0.45, 10);
});

test("scores that hold what they promise have no error, and no predictions have none to speak of", () => {
  const half = [sheet("A1:B9", "A1:B9", 0.5), sheet("A1:B9", "D1:E9", 0.5)];
  expect(calibration(half, 0.1).error).toBe(0);
  expect(calibration([sheet("A1:B9", "")], 0.1)).toEqual({
    eob: 2,
    score_threshold: 0.1,
    predicted: 0,
    error: null,
    bins: [],
  });
});
