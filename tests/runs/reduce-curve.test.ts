/** Tests that a reduced curve loses no extreme, against a slow version. */

import { describe, expect, test } from "bun:test";
import { randomStream } from "../../core/base/random.ts";
import { reduceCurve } from "../../core/runs/reduce-curve.ts";

const ALL = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };

describe("reduceCurve()", () => {
  test("gives few rows as they are, and says so", () => {
    const [xs, values] = [Float64Array.of(1, 2, 4), Float64Array.of(5, Number.NaN, 7)];
    const curve = reduceCurve(xs, values, { ...ALL, buckets: 2 });
    expect(curve).toEqual({
      x: [1, 2, 4],
      min: [5, null, 7],
      max: [5, null, 7],
      last: [5, null, 7],
      rows: 3,
      isWhole: true,
    });
    expect(reduceCurve(xs, values, { from: 2, to: 3, buckets: 2 })).toMatchObject({ x: [2], rows: 1 });
    expect(reduceCurve(xs, values, { from: 5, to: 3, buckets: 2 })).toMatchObject({ x: [], rows: 0 });
  });

  test("keeps the exact extremes and the last value of every bucket, with any window", () => {
    const random = randomStream(7, "curve");
    for (let round = 0; round < 50; round++) {
      const count = 1 + Math.floor(random.uniform() * 3000);
      const xs = Float64Array.from({ length: count }, () => Math.floor(random.uniform() * 500)).sort();
      const values = Float64Array.from({ length: count }, () =>
        random.uniform() < 0.1 ? Number.NaN : random.uniform(),
      );
      const from = random.uniform() < 0.3 ? Number.NEGATIVE_INFINITY : random.uniform() * 500;
      const to = random.uniform() < 0.3 ? Number.POSITIVE_INFINITY : random.uniform() * 500;
      const buckets = 1 + Math.floor(random.uniform() * 40);
      const curve = reduceCurve(xs, values, { from, to, buckets });
      const rows = [...xs.keys()].filter((row) => xs[row]! >= from && xs[row]! <= to);
      expect(curve.rows).toBe(rows.length);
      if (curve.isWhole) {
        expect(rows.length).toBeLessThanOrEqual(2 * buckets);
        continue;
      }
      expect(curve.x.length).toBeLessThanOrEqual(buckets);
      // Each element stands for the rows from its x to the next one's.
      for (const [index, x] of curve.x.entries()) {
        const own = rows.filter(
          (row) => xs[row]! >= x && xs[row]! < (curve.x[index + 1] ?? Number.MAX_VALUE),
        );
        const finite = own.map((row) => values[row]!).filter((value) => !Number.isNaN(value));
        expect(own.length).toBeGreaterThan(0);
        const expected = finite.length === 0 ? null : Math.min(...finite);
        expect([curve.min[index], curve.max[index], curve.last[index]]).toEqual(
          expected === null ? [null, null, null] : [expected, Math.max(...finite), finite.at(-1)!],
        );
      }
    }
  });
});
