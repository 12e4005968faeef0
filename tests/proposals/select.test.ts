/** Tests which scored boxes become tables, and where their edges end up. */

import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { area, intersection, iou } from "../../core/proposals/box-overlap.ts";
import { type ScoredBox, selectBoxes, settleBox } from "../../core/proposals/select.ts";
import { cellBox, mapsOfTables } from "../support/drawn-maps.ts";

const scored = (box: ReturnType<typeof cellBox>, score: number): ScoredBox => ({ ...box, score });

describe("selectBoxes()", () => {
  test("keeps the better of two views of a table, and the best first", () => {
    const better = scored(cellBox(0, 0, 4, 10), 0.9);
    const worse = scored(cellBox(0, 0, 4, 8), 0.6);
    const other = scored(cellBox(6, 0, 9, 10), 0.7);
    expect(selectBoxes([worse, other, better])).toEqual([better, other]);
  });

  test("gives up a small box inside of a better one, and a large one around a better small one", () => {
    const small = cellBox(1, 1, 3, 3);
    const large = cellBox(0, 0, 10, 10);
    expect(selectBoxes([scored(small, 0.5), scored(large, 0.6)])).toEqual([scored(large, 0.6)]);
    expect(selectBoxes([scored(small, 0.6), scored(large, 0.5)])).toEqual([scored(small, 0.6)]);
  });

  test("keeps tables that touch, and those that share a line", () => {
    const [left, right] = [scored(cellBox(0, 0, 4, 6), 0.9), scored(cellBox(4, 0, 8, 6), 0.8)];
    expect(selectBoxes([left, right])).toEqual([left, right]);
    const shared = scored(cellBox(3, 0, 8, 6), 0.8);
    expect(selectBoxes([left, shared])).toEqual([left, shared]);
  });

  test("keeps no two boxes that overlap by more than it allows, and drops none without a better one in its place", () => {
    const overlap = (a: ScoredBox, b: ScoredBox) =>
      iou(a, b) > 0.3 || intersection(a, b) > 0.5 * Math.min(area(a), area(b));
    const start = fc.nat(15);
    const length = fc.integer({ min: 1, max: 10 });
    const box = fc
      .tuple(start, start, length, length, fc.double({ min: 0, max: 1, noNaN: true }))
      .map(([x, y, w, h, score]) => scored(cellBox(x, y, x + w, y + h), score));
    fc.assert(
      fc.property(fc.array(box, { maxLength: 20 }), (boxes) => {
        const kept = selectBoxes(boxes);
        for (const [i, a] of kept.entries()) {
          for (const b of kept.slice(i + 1)) {
            expect(overlap(a, b)).toBe(false);
            expect(a.score).toBeGreaterThanOrEqual(b.score);
          }
        }
        for (const lost of boxes.filter((box) => !kept.includes(box))) {
          expect(kept.some((other) => other.score >= lost.score && overlap(lost, other))).toBe(true);
        }
      }),
    );
  });
});

describe("settleBox()", () => {
  const table = cellBox(3, 3, 9, 12);
  const maps = mapsOfTables(16, 14, [table]);

  test("is the proposal where the decoder moved it by no more than a cell", () => {
    const proposal = { ...cellBox(2, 2, 8, 11), support: 0.4 };
    expect(settleBox(cellBox(3, 3, 9, 12), proposal, maps)).toEqual(proposal);
  });

  test("has its edges placed anew where it was moved further, or belongs to no proposal", () => {
    const proposal = { ...cellBox(0, 0, 4, 4), support: 0.4 };
    expect(settleBox(cellBox(2, 2, 10, 13), proposal, maps)).toEqual(table);
    expect(settleBox(cellBox(4, 4, 8, 13), undefined, maps)).toEqual(table);
    const longer = { ...cellBox(3, 3, 9, 14), support: 0.4 }; // one edge alone is two cells away
    expect(settleBox(table, longer, maps)).toEqual(table);
  });
});
