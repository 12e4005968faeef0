/** Tests how the sheets of a step are spread over lanes. */

import { describe, expect, test } from "bun:test";
import { Accumulation, type Piece } from "../../../core/detection/engine/accumulation.ts";
import { addGradient, dealOut, maxLanes, sumLanes } from "../../../core/detection/engine/lanes.ts";
import { madeUpSheet } from "../../support/sheets.ts";

const MIB = 2 ** 20;
const stepOf = (...rows: number[]) =>
  rows.map((height) => ({ sheets: [madeUpSheet(height, 10, [])], seed: [], weight: 1 }));

test("maxLanes() is 4, and for networks so large that these take more than 256 MB as many as fit, but 2", () => {
  expect(maxLanes(3_000_000)).toBe(4);
  expect(maxLanes((256 * MIB) / 4 / 3)).toBe(3);
  expect(maxLanes(100 * MIB)).toBe(2);
});

describe("dealOut()", () => {
  test("deals the largest out first, each to the lane with the least to do", () => {
    expect(dealOut(stepOf(10, 900, 300, 200, 280), 2)).toEqual([
      [1, 0],
      [2, 4, 3],
    ]);
    expect(dealOut(stepOf(100, 100, 100, 100), 3)).toEqual([[0, 3], [1], [2]]);
  });

  test("gives every micro-batch to one lane, and has no empty lane", () => {
    const lanes = dealOut(stepOf(5, 9, 7), 4);
    expect(lanes.length).toBe(3);
    expect(lanes.flat().sort()).toEqual([0, 1, 2]);
  });
});

test("sumLanes() rounds after every lane, with four as with any other number", () => {
  // 2^24 + 1 is no float32: added one by one the ones are lost, together they are not.
  const lanes = [2 ** 24, 1, 1, 1, 1].map((value) => Float32Array.of(value, 1));
  for (const count of [1, 2, 3, 4, 5]) {
    const into = Float32Array.of(Number.NaN, Number.NaN);
    sumLanes(lanes.slice(0, count), into);
    expect([...into]).toEqual([2 ** 24, count]);
  }
});

describe("Accumulation", () => {
  const lanes = [
    [0, 3],
    [1, 2],
  ];
  const memory = (places: number) => Array.from({ length: places }, () => new Float32Array(1));

  /** As a worker does it; micro-batch i has the gradient 10^i. */
  function compute({ index, place, add }: Piece, places: readonly Float32Array[]): void {
    const gradient = Float32Array.of(10 ** index);
    if (add) addGradient(gradient, places[place]!);
    else places[place]!.set(gradient);
  }

  test("lets gradients go straight into lanes that are free, and makes others wait", async () => {
    const places = memory(2);
    const accumulation = new Accumulation(lanes, [0, 1, 2, 3], places);
    const first = (await accumulation.next())!;
    const second = (await accumulation.next())!;
    expect([first, second]).toEqual([
      { index: 0, place: 0, add: false },
      { index: 1, place: 1, add: false },
    ]);
    const waiting = accumulation.next();
    compute(second, places);
    accumulation.finished(second);
    expect(await waiting).toEqual({ index: 2, place: 1, add: true });
  });

  test("keeps a gradient that comes before its turn in a spare place, and adds it in its turn", async () => {
    const places = memory(4);
    const accumulation = new Accumulation(lanes, [0, 1, 2, 3], places);
    const pieces: Piece[] = [];
    for (let i = 0; i < 4; i++) pieces.push((await accumulation.next())!);
    expect(pieces.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    expect(pieces.slice(2).every(({ place, add }) => place >= 2 && !add)).toBe(true);
    for (const piece of pieces.reverse()) {
      compute(piece, places);
      accumulation.finished(piece);
    }
    expect(places.slice(0, 2).map(([value]) => value)).toEqual([1001, 110]);
    expect(await accumulation.next()).toBeNull();
  });

  test("begins nothing more once it is closed, and tells those who wait", async () => {
    const accumulation = new Accumulation([[0, 1]], [0, 1], memory(1));
    await accumulation.next();
    const waiting = accumulation.next();
    accumulation.close();
    expect(await waiting).toBeNull();
  });
});
