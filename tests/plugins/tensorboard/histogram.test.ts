/** Tests the histograms of gradients against a slow version, over any values. */

import { expect, test } from "bun:test";
import fc from "fast-check";
import { histogramOf } from "../../../plugins/tensorboard/histogram.ts";

test("a histogram counts every finite value once, between its edges", () => {
  fc.assert(
    fc.property(fc.array(fc.float({ noDefaultInfinity: false })), (numbers) => {
      const values = Float32Array.from(numbers);
      const finite = [...values].filter(Number.isFinite);
      const histogram = histogramOf(values);
      if (finite.length === 0) return expect(histogram).toBeNull();
      const { min, max, count, limits, counts } = histogram!;
      expect([min, max, count]).toEqual([Math.min(...finite), Math.max(...finite), finite.length]);
      expect(counts.reduce((sum, one) => sum + one)).toBe(finite.length);
      expect(limits).toHaveLength(counts.length);
      expect(limits.at(-1)).toBe(max);
      expect(limits.toSorted((a, b) => a - b)).toEqual([...limits]);
    }),
  );
});

test("equal values share one bucket, and three values fall into the first, the middle and the last one", () => {
  expect(histogramOf(Float32Array.of(2, 2))).toMatchObject({
    limits: [2],
    counts: [2],
    sum: 4,
    sumOfSquares: 8,
  });
  const { counts } = histogramOf(Float32Array.of(0, 1.5, 3))!;
  expect(counts.flatMap((one, index) => (one > 0 ? [index] : []))).toEqual([0, 15, 29]);
});
