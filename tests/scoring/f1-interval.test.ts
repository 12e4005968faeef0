/** Tests the bootstrap interval of F1. */

import { expect, test } from "bun:test";
import { parseRange } from "../../core/base/range.ts";
import { f1Interval } from "../../core/scoring/f1-interval.ts";

const [a, b] = [parseRange("A1:C5")!, parseRange("A1:C6")!];
const right = { truth: [a], predicted: [a] };
const near = { truth: [a], predicted: [b] };
const missed = { truth: [a], predicted: [] };

test("f1Interval() is a point where all sheets agree", () => {
  expect(f1Interval([right, right, right], 0)).toEqual({ f1: 1, low: 1, high: 1 });
  expect(f1Interval([], 0)).toEqual({ f1: 1, low: 1, high: 1 });
});

test("f1Interval() counts a near edge at EoB 2 and not at EoB 0", () => {
  expect(f1Interval([near], 2).f1).toBe(1);
  expect(f1Interval([near], 0).f1).toBe(0);
});

test("f1Interval() holds F1, shrinks with more sheets, and is the same each time", () => {
  const few = [right, right, missed, missed];
  const many = Array.from({ length: 25 }, () => few).flat();
  const [wide, narrow] = [f1Interval(few, 2), f1Interval(many, 2)];
  expect(wide.f1).toBeCloseTo(2 / 3, 10); // 2 · 1 · 0.5 / 1.5
  expect(narrow.f1).toBeCloseTo(2 / 3, 10);
  for (const { f1, low, high } of [wide, narrow]) {
    expect(low).toBeLessThan(f1);
    expect(high).toBeGreaterThan(f1);
  }
  expect(narrow.high - narrow.low).toBeLessThan((wide.high - wide.low) / 2);
  expect(f1Interval(few, 2)).toEqual(wide);
});

test("f1Interval() leaves out the rarest draws at both ends", () => {
  // All eight sheets right, or none, in one draw of 256: fewer than one in forty.
  const { low, high } = f1Interval([right, right, right, right, missed, missed, missed, missed], 0);
  expect(low).toBeGreaterThan(0);
  expect(high).toBeLessThan(1);
});
