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

  test("moves each of the four edges alone, by one or two cells either way, and reads the line of its new place", () => {
    const size = 12;
    const data = Array<string>(size).fill("#".repeat(size));
    const box = cellBox(4, 4, 8, 8);
    for (const [side, map, firstLine] of [
      ["x1", "left", 0],
      ["y1", "top", 0],
      ["x2", "right", -1],
      ["y2", "bottom", -1],
    ] as const) {
      for (let step = -3; step <= 3; step++) {
        const line = box[side] + step + firstLine;
        const drawn = data.map((full, row) =>
          full.replace(/#/g, (_, column) => ((side.startsWith("x") ? column : row) === line ? "1" : ".")),
        );
        const found = varyEdges(box, drawnMaps({ [map]: drawn, data }));
        const isExpected = step !== 0 && Math.abs(step) <= 2;
        expect([map, step, found]).toEqual([
          map,
          step,
          isExpected ? [{ ...box, [side]: box[side] + step }] : [],
        ]);
      }
    }
    const everywhere = Array<string>(size).fill("1".repeat(size));
    const all = { left: everywhere, top: everywhere, right: everywhere, bottom: everywhere, data };
    const sheet = cellBox(0, 0, size, size);
    expect(varyEdges(sheet, drawnMaps(all))).toHaveLength(8); // inwards alone
    expect(varyEdges(cellBox(3, 3, 4, 4), drawnMaps(all))).toHaveLength(8); // outwards alone
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
