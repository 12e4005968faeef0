/** Tests the proposals that are made of dense maps. */

import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { CellBox } from "../../core/proposals/dense-maps.ts";
import { propose, support } from "../../core/proposals/propose.ts";
import { cellBox, corners, drawnMaps, mapsOfTables, randomMaps } from "../support/drawn-maps.ts";

const boxesOf = (proposals: readonly CellBox[]) => proposals.map(corners);

describe("propose()", () => {
  test("a table that the maps are sure of comes first, with a support of 1", () => {
    const table = cellBox(2, 1, 7, 9);
    const [first] = propose(mapsOfTables(12, 9, [table]), 10);
    expect(corners(first!)).toEqual(table);
    expect(first!.support).toBeCloseTo(1, 5);
  });

  test("two tables that touch are proposed one by one", () => {
    const tables = [cellBox(0, 1, 3, 6), cellBox(3, 1, 7, 6)];
    const boxes = boxesOf(propose(mapsOfTables(8, 8, tables), 10));
    for (const table of tables) expect(boxes).toContainEqual(table);
  });

  test("a pair of tables is proposed as one where less than three cells lie between them", () => {
    const left = cellBox(0, 1, 4, 5);
    const pair = (gap: number) =>
      boxesOf(propose(mapsOfTables(6, 14, [left, cellBox(4 + gap, 1, 8 + gap, 5)]), 20));
    expect(pair(2)).toContainEqual(cellBox(0, 1, 10, 5));
    expect(pair(4)).not.toContainEqual(cellBox(0, 1, 12, 5));
    expect(pair(4)).toContainEqual(left);
  });

  test("a block that a weak edge runs through is proposed whole and in parts", () => {
    const inside = Array.from({ length: 8 }, () => "#####");
    const top = inside.map((_, row) => (row === 0 ? "#####" : row === 4 ? "33333" : "....."));
    const bottom = inside.map((_, row) => (row === 7 ? "#####" : "....."));
    const left = inside.map(() => "#....");
    const right = inside.map(() => "....#");
    const boxes = boxesOf(propose(drawnMaps({ inside, top, bottom, left, right }), 20));
    expect(boxes[0]).toEqual(cellBox(0, 0, 5, 8));
    expect(boxes).toContainEqual(cellBox(0, 0, 5, 4));
    expect(boxes).toContainEqual(cellBox(0, 4, 5, 8));
  });

  test("two weak edges give three parts, and the pairs of neighbours, by rows and by columns", () => {
    const rows = Array.from({ length: 9 }, () => "#####");
    const marked = (...marks: readonly (readonly [number, string])[]) =>
      rows.map((_, row) => (marks.find(([at]) => at === row)?.[1] ?? ".").repeat(5));
    const sides = { left: rows.map(() => "#...."), right: rows.map(() => "....#") };
    const [byTops, byBottoms] = [
      { inside: rows, ...sides, top: marked([0, "#"], [3, "3"], [6, "3"]), bottom: marked([8, "#"]) },
      { inside: rows, ...sides, top: marked([0, "#"]), bottom: marked([2, "3"], [5, "3"], [8, "#"]) },
    ];
    const turned = (picture: readonly string[]) =>
      [...picture[0]!].map((_, column) => picture.map((row) => row[column]).join(""));
    for (const { inside, left, right, top, bottom } of [byTops, byBottoms]) {
      const down = boxesOf(propose(drawnMaps({ inside, left, right, top, bottom }), 60));
      const across = boxesOf(
        propose(
          drawnMaps({
            inside: turned(inside),
            left: turned(top),
            right: turned(bottom),
            top: turned(left),
            bottom: turned(right),
          }),
          60,
        ),
      );
      for (const [from, to] of [
        [0, 3],
        [3, 6],
        [6, 9],
        [3, 9],
        [0, 6],
      ] as const) {
        expect(down).toContainEqual(cellBox(0, from, 5, to));
        expect(across).toContainEqual(cellBox(from, 0, to, 5));
      }
    }
  });

  test("of two tables near each other, whichever the maps are surer of, both are proposed as one", () => {
    const [weak, sure] = ["7", "#"];
    for (const [first, second] of [
      [weak, sure],
      [sure, weak],
    ] as const) {
      const lines = (gap: number) => [
        ...Array<string>(4).fill(first.repeat(5)),
        ...Array<string>(gap).fill("....."),
        ...Array<string>(4).fill(second.repeat(5)),
      ];
      const turned = (picture: string[]) =>
        [...picture[0]!].map((_, column) => picture.map((row) => row[column]).join(""));
      for (const [gap, isJoined] of [
        [2, true],
        [3, false],
      ] as const) {
        const end = 8 + gap;
        const down = boxesOf(propose(drawnMaps({ inside: lines(gap) }), 60));
        const across = boxesOf(propose(drawnMaps({ inside: turned(lines(gap)) }), 60));
        const has = (boxes: CellBox[], box: CellBox) => boxes.some((other) => Bun.deepEquals(other, box));
        expect([has(down, cellBox(0, 0, 5, end)), has(across, cellBox(0, 0, end, 5))]).toEqual([
          isJoined,
          isJoined,
        ]);
      }
    }
  });

  test("two cells are no table, three are", () => {
    expect(propose(drawnMaps({ data: ["##..", "...."] }), 10)).toEqual([]);
    expect(boxesOf(propose(mapsOfTables(1, 4, [cellBox(0, 0, 4, 1)]), 10))).toContainEqual(
      cellBox(0, 0, 4, 1),
    );
  });

  test("a block with a blank line is proposed from behind it, also where data runs around the line outside", () => {
    const lines = (line: string, last: string) => [...Array.from({ length: 7 }, () => line), last];
    const inside = lines("#######.", "........");
    const rows = lines("########", "########").map((line, row) => (row === 2 ? ".......#" : line));
    const below = boxesOf(propose(drawnMaps({ inside, data: rows }), 30));
    expect(below).toContainEqual(cellBox(0, 3, 7, 7));
    expect(below).toContainEqual(cellBox(0, 0, 7, 2));
    const beside = boxesOf(propose(drawnMaps({ inside, data: lines("##.#####", "########") }), 30));
    expect(beside).toContainEqual(cellBox(3, 0, 7, 7));
    expect(beside).toContainEqual(cellBox(0, 0, 2, 7));
  });

  test("other views of clear tables never take the place of a weak one", () => {
    // Four clear tables whose edge maps say something of the lines beside the edges too, and a weak one.
    const line = (own: string, beside: string) => `${beside}${own}${beside}...${beside}${own}${beside}`;
    const block = (row: (at: number) => string) => Array.from({ length: 7 }, (_, at) => row(at));
    const twice = (rows: string[]) => [...rows, ".".repeat(17), ...rows, ".".repeat(17)];
    const weak = ["....", "....", "....", "...."].map((pad) => `${pad}44444${pad}....`);
    const blank = weak.map(() => ".".repeat(17));
    const inside = [...twice(block(() => "#######...#######")), ...weak];
    const left = [...twice(block(() => "91.....  .91.....".replaceAll(" ", "."))), ...blank];
    const right = [...twice(block(() => ".....19...".concat(".....19"))), ...blank];
    const top = [
      ...twice(
        block((at) => (at === 0 ? line("99999", "9") : at === 1 ? line("11111", "1") : ".".repeat(17))),
      ),
      ...blank,
    ];
    const bottom = [
      ...twice(
        block((at) => (at === 6 ? line("99999", "9") : at === 5 ? line("11111", "1") : ".".repeat(17))),
      ),
      ...blank,
    ];
    const maps = drawnMaps({ inside, left, right, top, bottom });
    const few = propose(maps, 14);
    expect(few).toHaveLength(14);
    const found = boxesOf(propose(maps, 60)).length;
    expect(found).toBeGreaterThan(14);
    expect(boxesOf(few)).toContainEqual(cellBox(4, 16, 9, 20));
  });

  test("data is proposed where the maps see nothing, with next to no support", () => {
    const data = ["......", ".###..", ".###..", "......"];
    const proposals = propose(drawnMaps({ data }), 10);
    expect(boxesOf(proposals)).toEqual([cellBox(1, 1, 4, 3)]);
    expect(proposals[0]!.support).toBeCloseTo(1e-4, 6);
  });

  test("nothing is proposed on an empty sheet", () => {
    expect(propose(drawnMaps({ data: ["....", "....", "...."] }), 10)).toEqual([]);
  });

  test("at most `count` distinct boxes inside of the sheet are proposed, the best supported first", () => {
    const size = fc.integer({ min: 1, max: 24 });
    fc.assert(
      fc.property(size, size, fc.nat(999), fc.integer({ min: 1, max: 30 }), (height, width, seed, count) => {
        const maps = randomMaps(height, width, seed);
        const proposals = propose(maps, count);
        expect(proposals.length).toBeLessThanOrEqual(count);
        expect(new Set(boxesOf(proposals).map((box) => JSON.stringify(box))).size).toBe(proposals.length);
        for (const [i, box] of proposals.entries()) {
          expect(box.x1).toBeWithin(0, box.x2);
          expect(box.y1).toBeWithin(0, box.y2);
          expect(box.x2).toBeLessThanOrEqual(width);
          expect(box.y2).toBeLessThanOrEqual(height);
          expect(box.support).toBe(support(box, maps));
          expect(box.support).toBeWithin(0, (proposals[i - 1]?.support ?? 1) + 1e-12);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe("support()", () => {
  test("is the geometric mean of the inside and of the edges, of which the weakest counts beside their mean", () => {
    const maps = drawnMaps({
      inside: ["88", "88"],
      left: ["9.", "9."],
      top: ["55", ".."],
      right: [".9", ".9"],
      bottom: ["..", "11"],
    });
    const edges = ((0.9 + 0.5 + 0.9 + 0.1) / 4 + 0.1) / 2;
    expect(support(cellBox(0, 0, 2, 2), maps)).toBeCloseTo(Math.sqrt(edges * 0.8), 6);
  });
});
