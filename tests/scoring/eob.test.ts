/** Tests the error of a boundary, and how tables are matched by it. */

import { expect, test } from "bun:test";
import { parseRange, type Range } from "../../core/base/range.ts";
import { addCounts, countSheet, detectionMetrics, NO_COUNTS } from "../../core/scoring/detection-metrics.ts";
import { eob, matchByEob } from "../../core/scoring/eob.ts";

const ranges = (...texts: string[]): Range[] => texts.map((text) => parseRange(text)!);
const [a] = ranges("B3:F20") as [Range];

test("eob() is the largest difference of any edge", () => {
  expect(eob(a, a)).toBe(0);
  expect(eob(a, { ...a, top: 1 })).toBe(2);
  expect(eob(a, { ...a, right: 9 })).toBe(3);
  expect(eob(a, { top: 4, left: 1, bottom: 25, right: 6 })).toBe(5);
});

test("matchByEob() counts a pair at exactly the threshold and none above it", () => {
  expect(matchByEob([a], [{ ...a, bottom: 22 }], 2)).toEqual([{ truth: 0, predicted: 0, eob: 2 }]);
  expect(matchByEob([a], [{ ...a, bottom: 23 }], 2)).toEqual([]);
});

test("matchByEob() takes the closest pair first, whatever the order of the predictions", () => {
  const truth = ranges("A1:C10", "A12:C20");
  const predicted = ranges("A11:C20", "A1:C11", "A12:C20");
  expect(matchByEob(truth, predicted, 2)).toEqual([
    { truth: 1, predicted: 2, eob: 0 },
    { truth: 0, predicted: 1, eob: 1 },
  ]);
});

test("matchByEob() gives no table two predictions and no prediction two tables", () => {
  expect(matchByEob([a], [a, a], 2)).toHaveLength(1);
  expect(matchByEob([a, a], [a], 2)).toHaveLength(1);
});

test("matchByEob() lets the better score win between equally good predictions", () => {
  const predicted = [
    { ...a, top: 4 },
    { ...a, top: 2 },
  ];
  expect(matchByEob([a], predicted, 2)).toEqual([{ truth: 0, predicted: 0, eob: 1 }]);
});

test("detectionMetrics() counts tables over all sheets, not sheets", () => {
  const sheets = [
    countSheet(ranges("A1:C10", "E1:G10"), ranges("A1:C11"), 2),
    countSheet([], ranges("A1:B2"), 2),
    countSheet([], [], 2),
    countSheet(ranges("B2:D9"), ranges("B2:D9"), 2),
  ];
  const metrics = detectionMetrics(sheets.reduce(addCounts, NO_COUNTS));
  expect(metrics).toEqual({ precision: 2 / 3, recall: 2 / 3, f1: 4 / 6, eob_mean: 0.5 });
});

test("detectionMetrics() is 1 where there is nothing to find and nothing found", () => {
  expect(detectionMetrics(NO_COUNTS)).toEqual({ precision: 1, recall: 1, f1: 1, eob_mean: null });
});

test("detectionMetrics() is 0 where only one side is empty", () => {
  expect(detectionMetrics(countSheet([], [a], 2))).toEqual({
    precision: 0,
    recall: 0,
    f1: 0,
    eob_mean: null,
  });
  expect(detectionMetrics(countSheet([a], [], 2))).toEqual({
    precision: 0,
    recall: 0,
    f1: 0,
    eob_mean: null,
  });
});
