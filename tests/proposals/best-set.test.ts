/** Tests which boxes are the best set of tables. */

import { expect, test } from "bun:test";
import fc from "fast-check";
import { bestSet } from "../../core/proposals/best-set.ts";
import { exclude, type ScoredBox } from "../../core/proposals/select.ts";
import { cellBox } from "../support/drawn-maps.ts";

const scored = (box: ReturnType<typeof cellBox>, score: number): ScoredBox => ({ ...box, score });
const COST = 0.35;

const whole = cellBox(0, 0, 10, 20);
const parts = [cellBox(0, 0, 10, 9), cellBox(0, 11, 10, 20)];

test("two likely parts win over a whole that is a little likelier than each", () => {
  const boxes = [scored(whole, 0.7), scored(parts[0]!, 0.65), scored(parts[1]!, 0.6)];
  expect(bestSet(boxes)).toEqual([boxes[1]!, boxes[2]!]);
});

test("a likely whole wins over parts of which one is unlikely", () => {
  const boxes = [scored(whole, 0.7), scored(parts[0]!, 0.65), scored(parts[1]!, 0.36)];
  expect(bestSet(boxes)).toEqual([boxes[0]!]);
});

test("unlikely boxes are kept where they exclude nothing that was taken, for whoever lowers the threshold", () => {
  const free = scored(cellBox(20, 0, 24, 5), 0.2);
  const beside = scored(cellBox(20, 0, 24, 6), 0.1);
  expect(bestSet([free, scored(whole, 0.9), scored(parts[0]!, 0.3), beside])).toEqual([
    scored(whole, 0.9),
    free,
  ]);
});

test("the best come first, from whichever part of the sheet they are", () => {
  const single = scored(cellBox(20, 0, 24, 5), 0.7);
  const [first, second] = [scored(parts[0]!, 0.9), scored(parts[1]!, 0.5)];
  expect(bestSet([second, single, scored(whole, 0.6), first])).toEqual([first, single, second]);
});

test("an unlikely box is left out if one table of several excludes it", () => {
  const [first, second] = [scored(parts[0]!, 0.9), scored(cellBox(20, 0, 24, 5), 0.8)];
  expect(bestSet([first, second, scored(cellBox(20, 0, 24, 6), 0.35)])).toEqual([first, second]);
});

test("a sheet may have more tables than a search looks at, with a box around all of them or without it", () => {
  const tables = Array.from({ length: 40 }, (_, i) =>
    scored(
      cellBox(6 * (i % 8), 6 * Math.floor(i / 8), 6 * (i % 8) + 4, 6 * Math.floor(i / 8) + 4),
      0.9 - i / 1000,
    ),
  );
  expect(bestSet(tables)).toEqual(tables);
  for (const score of [0.95, 0.5])
    expect(bestSet([scored(cellBox(0, 0, 48, 30), score), ...tables])).toEqual(tables);
});

test("no set that its boxes allow is worth more", () => {
  const start = fc.nat(12);
  const length = fc.integer({ min: 2, max: 10 });
  const box = fc
    .tuple(start, start, length, length, fc.double({ min: 0.36, max: 1, noNaN: true }))
    .map(([x, y, w, h, score]) => scored(cellBox(x, y, x + w, y + h), score));
  const worth = (boxes: readonly ScoredBox[]) => boxes.reduce((sum, { score }) => sum + score - COST, 0);
  fc.assert(
    fc.property(fc.array(box, { maxLength: 9 }), (boxes) => {
      const kept = bestSet(boxes);
      for (const [i, a] of kept.entries()) {
        for (const b of kept.slice(i + 1)) expect(exclude(a, b)).toBe(false);
      }
      let most = 0;
      for (let subset = 0; subset < 2 ** boxes.length; subset++) {
        const some = boxes.filter((_, i) => (subset >> i) & 1);
        if (some.some((a, i) => some.slice(i + 1).some((b) => exclude(a, b)))) continue;
        most = Math.max(most, worth(some));
      }
      expect(worth(kept)).toBeCloseTo(most, 9);
    }),
  );
});

test("sixty-four views of a few tables are decided in a moment", () => {
  const boxes = Array.from({ length: 64 }, (_, i) =>
    scored(cellBox(i % 8, 3 * (i % 5), 9 + (i % 3), 3 * (i % 5) + 4 + (i % 7)), 0.36 + (i % 13) / 25),
  );
  expect(bestSet(boxes).length).toBeGreaterThan(0);
});
