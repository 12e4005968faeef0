/** Tests the probability maps and their means over rectangles. */

import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { drawnMaps, randomMaps } from "../support/drawn-maps.ts";

describe("DenseMaps.mean()", () => {
  const maps = drawnMaps({
    inside: ["12.", "345"],
    left: ["#..", "#.."],
    data: ["#..", "###"],
  });

  test("is worked out by hand", () => {
    expect(maps.mean("inside", 0, 0, 2, 2)).toBeCloseTo((0.1 + 0.2 + 0.3 + 0.4) / 4, 6);
    expect(maps.mean("inside", 2, 1, 3, 2)).toBeCloseTo(0.5, 6);
    expect(maps.mean("left", 0, 0, 3, 1)).toBeCloseTo(1 / 3, 6);
    expect(maps.mean("top", 0, 0, 3, 2)).toBeCloseTo(0, 6);
    expect(maps.mean("data", 0, 0, 3, 2)).toBeCloseTo(4 / 6, 6);
  });

  test("counts cells off the sheet as 0", () => {
    expect(maps.mean("left", -1, 0, 1, 2)).toBeCloseTo(1 / 2, 6);
    expect(maps.mean("inside", 2, 1, 4, 3)).toBeCloseTo(0.5 / 4, 6);
    expect(maps.mean("inside", -2, 0, 0, 2)).toBe(0);
    expect(maps.mean("inside", 0, 2, 3, 3)).toBe(0);
  });

  test("of no cells is 0", () => {
    expect(maps.mean("inside", 1, 0, 1, 2)).toBe(0);
    expect(maps.mean("inside", 2, 0, 1, 2)).toBe(0);
  });

  test("is the mean over the cells, wherever the rectangle lies", () => {
    const maps = randomMaps(9, 7, 1);
    const place = fc.integer({ min: -3, max: 12 });
    fc.assert(
      fc.property(
        place,
        place,
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        (x, y, w, h) => {
          let sum = 0;
          for (let row = Math.max(0, y); row < Math.min(9, y + h); row++) {
            for (let column = Math.max(0, x); column < Math.min(7, x + w); column++) {
              sum += maps.inside[row * 7 + column]!;
            }
          }
          expect(maps.mean("inside", x, y, x + w, y + h)).toBeCloseTo(sum / (w * h), 9);
        },
      ),
    );
  });
});
