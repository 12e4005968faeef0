/** Tests the other views of a box. */

import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { varyEdges } from "../../core/proposals/vary-edges.ts";
import { cellBox, drawnMaps, randomMaps } from "../support/drawn-maps.ts";

describe("varyEdges()", () => {
  const full = Array.from({ length: 6 }, () => "######");
  const blank = full.map(() => "......");
  const withRow = (row: number, line: string) => blank.map((other, at) => (at === row ? line : other));

  test("moves an edge to the places of its map that are not next to nothing, within two cells", () => {
    const maps = drawnMaps({ inside: full, top: withRow(2, "111111"), bottom: withRow(3, "333333") });
    const found = varyEdges(cellBox(0, 1, 6, 5), maps);
    expect(found).toEqual([cellBox(0, 1, 6, 4), cellBox(0, 2, 6, 5)]);
    expect(varyEdges(cellBox(0, 5, 6, 6), maps)).toEqual([]);
  });

  test("leaves out empty outer lines: those that the edge moved to, and those that it left open", () => {
    const data = full.map((line, row) => (row === 2 ? "......" : line));
    const maps = drawnMaps({ inside: full, data, top: withRow(2, "999999") });
    expect(varyEdges(cellBox(0, 1, 6, 6), maps)).toEqual([cellBox(0, 3, 6, 6)]);
  });

  test("gives boxes inside of the sheet alone", () => {
    const size = fc.integer({ min: 2, max: 12 });
    fc.assert(
      fc.property(size, size, fc.nat(999), (height, width, seed) => {
        const maps = randomMaps(height, width, seed);
        for (const box of varyEdges(cellBox(0, 0, width, height), maps)) {
          expect(box.x1 >= 0 && box.y1 >= 0 && box.x2 <= width && box.y2 <= height).toBeTrue();
          expect(box.x1 < box.x2 && box.y1 < box.y2).toBeTrue();
        }
      }),
      { numRuns: 60 },
    );
  });
});
