/** Tests histograms against NumPy's rules. */

import { describe, expect, test } from "bun:test";
import { randomStream } from "../../../../core/base/random.ts";
import { histogramOf } from "../../../../plugins/wandb/log/histogram.ts";

describe("histogramOf()", () => {
  test("counts every value once, in 64 equal bins from the smallest to the largest", () => {
    const random = randomStream(1, "histogram");
    const values = Float32Array.from({ length: 10_000 }, () => random.normal());
    const { histogram, nonFinite } = histogramOf(values);
    expect(nonFinite).toBe(0);
    expect(histogram!.values).toHaveLength(64);
    expect(histogram!.bins).toHaveLength(65);
    expect(Math.fround(histogram!.bins[0]!)).toBe(Math.min(...values));
    expect(Math.fround(histogram!.bins[64]!)).toBe(Math.max(...values));
    for (let bin = 0; bin < 64; bin++) {
      const [low, high] = [histogram!.bins[bin]!, histogram!.bins[bin + 1]!];
      expect(high).toBeGreaterThan(low);
      const inside = values.filter((value) => value >= low && (value < high || bin === 63)).length;
      // An edge is rounded to nine digits, so a value next to it may be on its other side.
      expect(Math.abs(histogram!.values[bin]! - inside)).toBeLessThanOrEqual(1);
    }
    expect(histogram!.values.reduce((sum, count) => sum + count)).toBe(10_000);
  });

  test("puts the largest value into the last bin", () => {
    const { histogram } = histogramOf(Float32Array.of(0, 1, 64));
    expect([histogram!.values[0], histogram!.values[1], histogram!.values[63]]).toEqual([1, 1, 1]);
  });

  test("is one bin where all values are the same", () => {
    expect(histogramOf(Float32Array.of(2, 2, 2)).histogram).toEqual({
      _type: "histogram",
      values: [3],
      bins: [2, 2],
    });
  });

  test("leaves out what is not finite, and says how much that is", () => {
    const mixed = histogramOf(Float32Array.of(1, Number.NaN, 3, Number.POSITIVE_INFINITY));
    expect(mixed.nonFinite).toBe(2);
    expect(mixed.histogram!.values.reduce((sum, count) => sum + count)).toBe(2);
    expect(histogramOf(Float32Array.of(Number.NaN))).toEqual({ histogram: null, nonFinite: 1 });
    expect(histogramOf(new Float32Array())).toEqual({ histogram: null, nonFinite: 0 });
  });
});
