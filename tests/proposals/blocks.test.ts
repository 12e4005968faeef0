/** Tests the search for connected blocks of cells. */

import { describe, expect, test } from "bun:test";
import { blocks, dataBlocks } from "../../core/proposals/blocks.ts";
import { cellBox, drawnMaps, mapsOfTables } from "../support/drawn-maps.ts";

describe("blocks()", () => {
  test("are the bounding boxes of connected cells at or above the threshold", () => {
    const maps = drawnMaps({
      inside: [
        "88...", // rows 0–1: columns 0–1, and a cell at a corner of them
        "888..",
        ".....",
        "...45",
        "...99",
      ],
    });
    expect(blocks(maps, 0.5, false)).toEqual([cellBox(0, 0, 3, 2), cellBox(3, 3, 5, 5)]);
    expect(blocks(maps, 0.85, false)).toEqual([]); // two cells are no table
    expect(blocks(maps, 0.3, true)).toEqual([cellBox(0, 0, 3, 2), cellBox(3, 3, 5, 5)]);
  });

  test("hold together at a corner only where nothing is cut", () => {
    const maps = drawnMaps({ inside: ["##..", "##..", "..##", "..##"] });
    expect(blocks(maps, 0.5, false)).toEqual([cellBox(0, 0, 4, 4)]);
    expect(blocks(maps, 0.5, true)).toEqual([cellBox(0, 0, 2, 2), cellBox(2, 2, 4, 4)]);
  });

  test("two tables side by side that touch are cut apart", () => {
    const tables = [cellBox(0, 1, 3, 5), cellBox(3, 1, 7, 5)];
    const maps = mapsOfTables(6, 8, tables);
    expect(blocks(maps, 0.5, false)).toEqual([cellBox(0, 1, 7, 5)]);
    expect(blocks(maps, 0.5, true)).toEqual(tables);
  });

  test("two tables one above the other that touch are cut apart", () => {
    const tables = [cellBox(1, 0, 4, 3), cellBox(1, 3, 4, 6)];
    const maps = mapsOfTables(7, 5, tables);
    expect(blocks(maps, 0.5, false)).toEqual([cellBox(1, 0, 4, 6)]);
    expect(blocks(maps, 0.5, true)).toEqual(tables);
  });

  test("an edge of which both sides are half sure does not cut", () => {
    const inside = ["####", "####", "####", "####"];
    const bottom = ["....", "5555", "....", "...."];
    const right = [".5..", ".5..", ".5..", ".5.."];
    const whole = [cellBox(0, 0, 4, 4)];
    expect(blocks(drawnMaps({ inside, bottom, top: ["....", "....", "5555", "...."] }), 0.5, true)).toEqual(
      whole,
    );
    expect(blocks(drawnMaps({ inside, right, left: Array(4).fill("..5.") }), 0.5, true)).toEqual(whole);
    expect(blocks(drawnMaps({ inside, bottom, top: ["....", "....", "6666", "...."] }), 0.5, true)).toEqual([
      cellBox(0, 0, 4, 2),
      cellBox(0, 2, 4, 4),
    ]);
    expect(blocks(drawnMaps({ inside, right, left: Array(4).fill("..6.") }), 0.5, true)).toEqual([
      cellBox(0, 0, 2, 4),
      cellBox(2, 0, 4, 4),
    ]);
  });

  test("an empty row or column divides them, on whichever side of a block the other one lies", () => {
    const above = drawnMaps({ inside: ["#..##", "#..##", "#....", "###.."] });
    expect(blocks(above, 0.5, false)).toEqual([cellBox(0, 0, 3, 4), cellBox(3, 0, 5, 2)]);
    const before = drawnMaps({ inside: ["...##", "##.##", "##..."] });
    expect(blocks(before, 0.5, false)).toEqual([cellBox(3, 0, 5, 2), cellBox(0, 1, 2, 3)]);
  });
});

describe("dataBlocks()", () => {
  test("join cells with data at sides and corners, and leave the map as it is", () => {
    const maps = drawnMaps({ data: ["##...", "..#..", ".....", "....#", "...##"] });
    const before = maps.data.slice();
    expect(dataBlocks(maps)).toEqual([cellBox(0, 0, 3, 2), cellBox(3, 3, 5, 5)]);
    expect(maps.data).toEqual(before);
  });
});
