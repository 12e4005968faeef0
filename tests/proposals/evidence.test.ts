/** Tests the evidence for and against proposals. */

import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { EVIDENCE, evidence } from "../../core/proposals/evidence.ts";
import { propose } from "../../core/proposals/propose.ts";
import { cellBox, drawnMaps, mapsOfTables, randomMaps } from "../support/drawn-maps.ts";

const E = EVIDENCE.length;

describe("evidence()", () => {
  // Rows 1–4 and columns 0–2 of 6 x 8; below and right of it nothing.
  const maps = mapsOfTables(6, 8, [cellBox(0, 1, 3, 5)]);
  const proposals = [
    { ...cellBox(0, 1, 3, 5), support: 1 },
    { ...cellBox(0, 1, 6, 5), support: 0.5 },
  ];
  const numbers = evidence(proposals, maps, 3);
  const of = (index: number, name: string) => {
    expect(EVIDENCE).toContain(name);
    return numbers[index * E + EVIDENCE.indexOf(name)]!;
  };

  test("names every number once", () => {
    expect(new Set(EVIDENCE).size).toBe(E);
    expect(numbers).toHaveLength(3 * E);
  });

  test("of a true table is full inside, sure of the four edges and empty around", () => {
    expect(of(0, "is a proposal")).toBe(1);
    expect(of(0, "support")).toBe(1);
    expect(of(0, "inside")).toBeCloseTo(1, 5);
    expect(of(0, "data")).toBe(1);
    for (const side of ["left", "top", "right", "bottom"]) {
      expect(of(0, `${side}: edge 0`)).toBeCloseTo(1, 5);
      for (const line of [-2, -1, 1, 2]) expect(of(0, `${side}: edge ${line}`)).toBeCloseTo(0, 5);
      expect(of(0, `${side}: data, first line in`)).toBe(1);
      expect(of(0, `${side}: data, first line out`)).toBe(0);
    }
    expect([of(0, "at the sheet's left"), of(0, "at the sheet's top")]).toEqual([1, 0]);
    expect([of(0, "at the sheet's right"), of(0, "at the sheet's bottom")]).toEqual([0, 0]);
  });

  test("of a box twice as wide shows the edge inside of it and the empty half", () => {
    expect(of(1, "inside")).toBeCloseTo(0.5, 5);
    expect(of(1, "data")).toBe(0.5);
    expect(of(1, "strongest inner right")).toBeCloseTo(1, 5);
    expect(of(0, "strongest inner right")).toBeCloseTo(0, 5);
    expect(of(1, "right: edge 0")).toBeCloseTo(0, 5);
    expect(of(1, "right: data, first line in")).toBe(0);
  });

  test("of boxes that overlap says how much, and which is the better one", () => {
    expect([of(0, "overlap with better ones"), of(1, "overlap with better ones")]).toEqual([0, 0.5]);
    expect([of(0, "overlap with any"), of(1, "overlap with any")]).toEqual([0.5, 0.5]);
    expect([of(0, "share inside of another"), of(1, "share inside of another")]).toEqual([1, 0]);
    expect([of(0, "share taken by others"), of(1, "share taken by others")]).toEqual([0, 0.5]);
  });

  test("of a box that two others lie in knows their support, and of lines without data how many follow one another", () => {
    // Two tables of 3 rows, 3 lines between; the third box holds both.
    const apart = mapsOfTables(9, 3, [cellBox(0, 0, 3, 3), cellBox(0, 6, 3, 9)]);
    const three = [
      { ...cellBox(0, 0, 3, 3), support: 0.9 },
      { ...cellBox(0, 6, 3, 9), support: 0.7 },
      { ...cellBox(0, 0, 3, 9), support: 0.4 },
    ];
    const numbers = evidence(three, apart, 3);
    const [upper, lower, both] = [0, 1, 2].map((index) => (name: string) => {
      return numbers[index * E + EVIDENCE.indexOf(name)]!;
    }) as [(name: string) => number, (name: string) => number, (name: string) => number];
    expect([upper, lower, both].map((of) => of("best support around it"))).toEqual([
      Math.fround(0.4),
      Math.fround(0.4),
      0,
    ]);
    expect([upper, lower, both].map((of) => of("best support within it"))).toEqual([0, 0, Math.fround(0.9)]);
    expect(both("support of its parts")).toBeCloseTo(0.8, 6);
    expect(both("share of its parts")).toBeCloseTo(2 / 3, 6);
    expect(upper("support of its parts")).toBe(0);
    expect([upper, both].map((of) => of("empty rows in a row"))).toEqual([0, 0.5]);
    expect(both("empty columns in a row")).toBe(0);
  });

  /** The evidence of each of these boxes by name, rounded. */
  const named = (boxes: Parameters<typeof evidence>[0], maps: Parameters<typeof evidence>[1]) => {
    const numbers = evidence(boxes, maps, boxes.length);
    return boxes.map(
      (_, index) => (name: string) => Math.round(numbers[index * E + EVIDENCE.indexOf(name)]! * 1e4) / 1e4,
    );
  };

  test("has the size of a box on a logarithmic scale, and the sides of the sheet that it touches", () => {
    const maps = randomMaps(20, 16, 1);
    const [middle, full] = named(
      [
        { ...cellBox(1, 2, 5, 10), support: 1 },
        { ...cellBox(0, 0, 16, 20), support: 1 },
      ],
      maps,
    );
    expect(["rows", "columns", "cells"].map(middle!)).toEqual([0.3, 0.25, 0.3571]); // 8, 4 and 32
    const sides = ["left", "top", "right", "bottom"].map((side) => `at the sheet's ${side}`);
    expect([sides.map(middle!), sides.map(full!)]).toEqual([
      [0, 0, 0, 0],
      [1, 1, 1, 1],
    ]);
  });

  test("reads each line at a side from its map, from the outside to the inside", () => {
    const lines = ["12345678", "23456789"]; // by their distance from the left, and from the top
    const row = (text: string) => Array<string>(8).fill(text);
    const column = (text: string) => [...text].map((digit) => digit.repeat(8));
    const mirrored = lines.map((line) => [...line].reverse().join(""));
    const [across, down] = [
      { left: row(lines[0]!), right: row(lines[1]!), inside: row(lines[0]!), data: row("#.#.#.#.") },
      { top: column(lines[0]!), bottom: column(lines[1]!), inside: column(lines[0]!) },
    ];
    const names = [
      ...[-2, -1, 0, 1, 2].map((offset) => `edge ${offset}`),
      "neighbour's edge outside",
      "inside, first line out",
      "inside, first line in",
    ];
    const data = ["second line out", "first line out", "first line in"];
    const box = { ...cellBox(2, 2, 6, 6), support: 1 };
    const read = (maps: ReturnType<typeof drawnMaps>, side: string) =>
      names.map((name) => named([box], maps)[0]!(`${side}: ${name}`));
    const start = [0.1, 0.2, 0.3, 0.4, 0.5, 0.3, 0.2, 0.3];
    expect(read(drawnMaps(across), "left")).toEqual(start);
    expect(read(drawnMaps(down), "top")).toEqual(start);
    // From the other side the same is seen in a mirror.
    const [far, farDown] = [
      { right: row(mirrored[0]!), left: row(mirrored[1]!), inside: row(mirrored[0]!) },
      { bottom: column(mirrored[0]!), top: column(mirrored[1]!), inside: column(mirrored[0]!) },
    ];
    expect(read(drawnMaps(far), "right")).toEqual(start);
    expect(read(drawnMaps(farDown), "bottom")).toEqual(start);
    const ofData = (side: string) =>
      data.map((line) => named([box], drawnMaps(across))[0]!(`${side}: data, ${line}`));
    expect([ofData("left"), ofData("right")]).toEqual([
      [1, 0, 1],
      [0, 1, 0],
    ]);
  });

  test("has the strongest edge between two lines of the box, but not at its own edges", () => {
    const rows = ["9999", "3333", "5555", "9999"];
    const columns = Array<string>(4).fill("9359");
    const box = { ...cellBox(0, 0, 4, 4), support: 1 };
    const inner = (pictures: Parameters<typeof drawnMaps>[0], side: string) =>
      named([box], drawnMaps(pictures))[0]!(`strongest inner ${side}`);
    // An upper or left edge at the first line is the box's own, a lower or right edge at the last one.
    expect(inner({ top: ["9999", "3333", "5555", "4444"] }, "top")).toBe(0.5);
    expect(inner({ top: rows }, "top")).toBe(0.9);
    expect(inner({ bottom: ["4444", "3333", "5555", "9999"] }, "bottom")).toBe(0.5);
    expect(inner({ bottom: rows }, "bottom")).toBe(0.9);
    expect(inner({ left: Array<string>(4).fill("9354") }, "left")).toBe(0.5);
    expect(inner({ left: columns }, "left")).toBe(0.9);
    expect(inner({ right: Array<string>(4).fill("4359") }, "right")).toBe(0.5);
    expect(inner({ right: columns }, "right")).toBe(0.9);
  });

  test("counts the longest run of empty lines inside, up to fifteen", () => {
    const data = ["#########", ".........", "#.......#", ".........", ".........", ".........", "#.......#"];
    const [of] = named([{ ...cellBox(0, 0, 9, 7), support: 1 }], drawnMaps({ data }));
    expect(of!("empty rows in a row")).toBe(0.5); // 3
    expect(of!("empty columns in a row")).toBe(0); // the first row fills them all
    const [below] = named([{ ...cellBox(0, 1, 9, 7), support: 1 }], drawnMaps({ data }));
    expect(below!("empty columns in a row")).toBe(0.75); // 7
    const long = drawnMaps({ data: ["#", ...Array<string>(40).fill("."), "#"] });
    expect(named([{ ...cellBox(0, 0, 1, 42), support: 1 }], long)[0]!("empty rows in a row")).toBe(1);
  });

  test("of boxes that are views of one table is none for or against each other, but for the better one's", () => {
    const maps = randomMaps(10, 10, 3);
    const views = [
      { ...cellBox(0, 0, 10, 10), support: 0.6 },
      { ...cellBox(0, 0, 10, 7), support: 0.5 }, // the IoU is 0.7
      { ...cellBox(0, 0, 10, 8), support: 0.4 },
    ];
    const [, second, third] = named(views, maps);
    expect(second!("overlap with better ones")).toBe(0.7);
    expect(second!("overlap with any")).toBe(0.7);
    expect(second!("best support around it")).toBe(0.6);
    expect(third!("overlap with better ones")).toBe(0.875);
    expect(["overlap with any", "best support around it", "best support within it"].map(third!)).toEqual([
      0, 0, 0,
    ]);
  });

  test("of rows without a proposal is zero", () => {
    expect(numbers.subarray(2 * E).every((value) => value === 0)).toBe(true);
  });

  test("has as many finite numbers a proposal as it has names, none far beyond 0 … 1", () => {
    const size = fc.integer({ min: 1, max: 30 });
    fc.assert(
      fc.property(size, size, fc.nat(999), (height, width, seed) => {
        const maps = randomMaps(height, width, seed);
        const found = propose(maps, 12);
        const numbers = evidence(found, maps, 12);
        expect(numbers).toHaveLength(12 * E);
        expect(numbers.every((value) => value > -1e-6 && value < 1.5)).toBe(true);
        expect(numbers.filter((value, i) => i % E === 0 && value === 1)).toHaveLength(found.length);
      }),
      { numRuns: 50 },
    );
  });
});
