/** Tests the evidence for and against proposals. */

import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { EVIDENCE, evidence } from "../../core/proposals/evidence.ts";
import { propose } from "../../core/proposals/propose.ts";
import { cellBox, mapsOfTables, randomMaps } from "../support/drawn-maps.ts";

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
