/** Tests the scores at many score thresholds. */

import { expect, test } from "bun:test";
import { SCORE_THRESHOLDS, thresholdTable } from "../../core/scoring/threshold-table.ts";
import { ranges } from "../support/picture.ts";

test("thresholdTable() has a row per twentieth, with the predictions of that score or a better one", () => {
  expect(SCORE_THRESHOLDS).toHaveLength(19);
  expect([SCORE_THRESHOLDS[0], SCORE_THRESHOLDS[9], SCORE_THRESHOLDS.at(-1)]).toEqual([0.05, 0.5, 0.95]);
  const [right, wrong] = ranges("A1:C5 E9:F12");
  const predicted = [
    { range: right!, score: 0.5 },
    { range: wrong!, score: 0.3 },
  ];
  const rows = thresholdTable([{ ranges: [right!] }], [predicted]);
  expect(rows.map(({ score_threshold }) => score_threshold)).toEqual([...SCORE_THRESHOLDS]);
  const found = (index: number) => rows[index]!.scores.map(({ precision, recall }) => [precision, recall]);
  expect(rows[0]!.scores.map(({ eob }) => eob)).toEqual([0, 1, 2]);
  expect(found(5)).toEqual(Array(3).fill([0.5, 1])); // 0.3
  expect(found(6)).toEqual(Array(3).fill([1, 1])); // 0.35
  expect(found(9)).toEqual(Array(3).fill([1, 1])); // 0.5
  expect(found(10)).toEqual(Array(3).fill([0, 0])); // 0.55
});
