/** Tests where the edges of boxes are placed. */

import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { placeEdges, tighten } from "../../core/proposals/place-edges.ts";
import { cellBox, drawnMaps, mapsOfTables, randomMaps } from "../support/drawn-maps.ts";

const FULL = ["#########", "#########", "#########", "#########"];

describe("placeEdges()", () => {
  test("moves every edge to the strongest line of its map", () => {
    const maps = drawnMaps({
      left: [".6.3.....", ".6.3.....", ".6.3.....", ".6.3....."],
      right: [".....2..7", ".....2..7", ".....2..7", ".....2..7"],
      top: [".........", "888888888", ".........", "........."],
      bottom: [".........", ".........", "888888888", "222222222"],
      data: FULL,
    });
    expect(placeEdges(cellBox(3, 0, 6, 4), maps)).toEqual(cellBox(1, 1, 9, 3));
  });

  test("finds a table from a box that is off by two cells all around", () => {
    const table = cellBox(4, 3, 12, 15);
    const maps = mapsOfTables(20, 16, [table]);
    for (const box of [cellBox(2, 1, 14, 17), cellBox(6, 5, 10, 13), cellBox(6, 1, 14, 13)]) {
      expect(placeEdges(box, maps)).toEqual(table);
    }
  });

  test("reaches as far as its limit and no further", () => {
    const line = "#........";
    const maps = drawnMaps({ left: [line, line, line, line], data: FULL });
    expect(placeEdges(cellBox(3, 0, 9, 4), maps).x1).toBe(0);
    expect(placeEdges(cellBox(4, 0, 9, 4), maps).x1).toBe(4);
    expect(placeEdges(cellBox(4, 0, 9, 4), maps, 4).x1).toBe(0);
    expect(placeEdges(cellBox(1, 0, 9, 4), maps, 0).x1).toBe(1);
  });

  test("reaches as far on either side of every edge", () => {
    const size = 15;
    const box = cellBox(4, 4, 11, 11);
    const data = Array(size).fill("#".repeat(size));
    const [before, after] = [(edge: number) => edge, (edge: number) => edge - 1]; // the cell at the edge
    for (const [map, side, cellOf] of [
      ["left", "x1", before],
      ["top", "y1", before],
      ["right", "x2", after],
      ["bottom", "y2", after],
    ] as const) {
      for (let step = -4; step <= 4; step++) {
        const edge = box[side] + step;
        const [across, at] = [side === "x1" || side === "x2", cellOf(edge)];
        const isDrawn = (row: number, column: number) => (across ? column : row) === at;
        const drawn = data.map((line: string, row) =>
          line.replace(/#/g, (_, column) => (isDrawn(row, column) ? "#" : ".")),
        );
        const placed = placeEdges(box, drawnMaps({ [map]: drawn, data }));
        expect([map, step, placed]).toEqual([
          map,
          step,
          Math.abs(step) <= 3 ? { ...box, [side]: edge } : box,
        ]);
      }
    }
  });

  test("places an edge again once the edges beside it are placed", () => {
    const maps = drawnMaps({
      left: ["9....", "9....", "39...", "39..."],
      top: [".....", ".....", "99999", "....."],
      data: ["#####", "#####", "#####", "#####"],
    });
    expect(placeEdges(cellBox(0, 0, 5, 4), maps)).toEqual(cellBox(1, 2, 5, 4));
  });

  test("takes the nearer of two lines that are as strong", () => {
    const line = "7..7.....";
    const maps = drawnMaps({ left: [line, line, line, line], data: FULL });
    expect(placeEdges(cellBox(2, 0, 9, 4), maps).x1).toBe(3);
    expect(placeEdges(cellBox(1, 0, 9, 4), maps).x1).toBe(0);
  });

  test("leaves off outer lines without data afterwards", () => {
    const maps = drawnMaps({
      left: ["#....", "#....", "#....", "#...."],
      data: [".....", ".#.#.", "...#.", "....."],
    });
    expect(placeEdges(cellBox(0, 0, 5, 4), maps)).toEqual(cellBox(1, 1, 4, 3));
  });

  test("keeps every box on the sheet and at least a cell large", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 0, max: 5 }),
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })),
        (height, width, reach, stream) => {
          const draw = (from: number, to: number) =>
            from + Math.floor((stream.next().value as number) * (to - from + 1));
          const [x1, y1] = [draw(0, width - 1), draw(0, height - 1)];
          const box = cellBox(x1, y1, draw(x1 + 1, width), draw(y1 + 1, height));
          const placed = placeEdges(box, randomMaps(height, width, draw(0, 99)), reach);
          expect(placed.x1).toBeWithin(0, placed.x2);
          expect(placed.y1).toBeWithin(0, placed.y2);
          expect(placed.x2).toBeLessThanOrEqual(width);
          expect(placed.y2).toBeLessThanOrEqual(height);
        },
      ),
    );
  });
});

describe("tighten()", () => {
  test("leaves a box with data on all sides as it is, and inner empty lines where they are", () => {
    const maps = drawnMaps({ data: ["#.#", "...", "#.#"] });
    expect(tighten(cellBox(0, 0, 3, 3), maps)).toEqual(cellBox(0, 0, 3, 3));
  });

  test("leaves one cell of a box without data", () => {
    const maps = drawnMaps({ data: ["...", "...", "..."] });
    expect(tighten(cellBox(0, 0, 3, 3), maps)).toEqual(cellBox(0, 0, 1, 1));
  });
});
