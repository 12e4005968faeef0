/** Tests whole changed sheets: labels, ranges and neighbours, on made-up and on real sheets. */

import { beforeAll, describe, expect, test } from "bun:test";
import { augmentSheet, limitSheet } from "../../core/augmentation/augment-sheet.ts";
import {
  type AugmentationRates,
  DATASET_RATES,
  FRESH_RATES,
} from "../../core/augmentation/augmentation-rates.ts";
import type { LabelledGrid } from "../../core/augmentation/labelled-grid.ts";
import { forEachCell } from "../../core/augmentation/merged-cells.ts";
import { closeDraft, openDraft } from "../../core/augmentation/sheet-draft.ts";
import { isTight } from "../../core/augmentation/tight-edges.ts";
import { randomStream } from "../../core/base/random.ts";
import { CHANNELS, type Channel } from "../../core/features/grid.ts";
import { unpackGrid } from "../../core/features/packed-grid.ts";
import {
  HAS_DATA,
  MERGE_BOTTOM,
  MERGE_LEFT,
  MERGE_RIGHT,
  MERGE_TOP,
  VECTOR_WORDS,
} from "../../core/features/vector-bits.ts";
import { isRealThere, randomMarkedSheet, realSheets, syntheticSheets } from "./sheets.ts";

const LIMITS = { maxRows: 512, maxCols: 128 };

/** Everything happens, windows and all. */
const ALWAYS: AugmentationRates = {
  ...DATASET_RATES,
  transpose: 0.5,
  deleteLines: 1,
  repeatLines: 1,
  crop: 1,
  shift: 1,
  gap: 1,
  clearBody: 1,
  clearSurroundings: 1,
  repeatSheet: 0.5,
  shuffleColumns: 1,
  paintHeaders: 0.5,
  drawLines: 0.5,
};
const UNCUT: AugmentationRates = { ...ALWAYS, crop: 0, repeatSheet: 0 };

const tightTables = (sheet: LabelledGrid): boolean[] => {
  const draft = openDraft(sheet);
  return sheet.ranges.map((range) => isTight(draft, range));
};

function expectInside({ grid, ranges }: LabelledGrid): void {
  expect(grid.height).toBeWithin(1, LIMITS.maxRows + 1);
  expect(grid.width).toBeWithin(1, LIMITS.maxCols + 1);
  expect(grid.cells.length).toBe(grid.height * grid.width);
  for (const { top, left, bottom, right } of ranges) {
    expect(top >= 1 && left >= 1 && bottom <= grid.height && right <= grid.width).toBeTrue();
    expect(bottom >= top && right >= left).toBeTrue();
  }
}

/** Each merge bit has its counterpart in the neighbour, and none points out of the grid. */
function brokenMerges({ grid }: LabelledGrid): number {
  const { height, width, cells, vectors } = grid;
  const word = (row: number, column: number) =>
    row < 0 || column < 0 || row >= height || column >= width
      ? 0
      : vectors[cells[row * width + column]! * VECTOR_WORDS]!;
  let broken = 0;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const own = word(row, column);
      const agrees = (bit: number, r: number, c: number, opposite: number) =>
        ((own & bit) !== 0) === ((word(r, c) & opposite) !== 0);
      if (
        !agrees(MERGE_LEFT, row, column - 1, MERGE_RIGHT) ||
        !agrees(MERGE_RIGHT, row, column + 1, MERGE_LEFT) ||
        !agrees(MERGE_TOP, row - 1, column, MERGE_BOTTOM) ||
        !agrees(MERGE_BOTTOM, row + 1, column, MERGE_TOP)
      ) {
        broken++;
      }
    }
  }
  return broken;
}

const GROUPS: readonly (readonly Channel[])[] = [
  CHANNELS.filter((name) => name.startsWith("font_color")),
  CHANNELS.filter((name) => name.startsWith("bg_color")),
  CHANNELS.filter((name) => name.startsWith("length")),
  CHANNELS.filter((name) => name.startsWith("font_size")),
];

/** Distinct vectors whose one-hot channels are not one-hot. */
function brokenVectors({ grid }: LabelledGrid): number {
  const count = grid.vectors.length / VECTOR_WORDS;
  const data = unpackGrid({
    ...grid,
    height: 1,
    width: count,
    cells: Uint16Array.from({ length: count }, (_, i) => i),
  });
  let broken = 0;
  for (let at = 0; at < count; at++) {
    const value = (name: Channel) => data[at * CHANNELS.length + CHANNELS.indexOf(name)]!;
    const isOneHot = GROUPS.every((group) => group.reduce((sum, name) => sum + value(name), 0) === 1);
    if (!isOneHot || (value("has_data") === 0 && value("is_visibly_empty") === 0)) broken++;
  }
  return broken;
}

/**
 * Tables as they are marked: cells of a table outside of every range, and ranges that hold cells of several
 * or of none.
 */
function mislabelled({ grid, ranges }: LabelledGrid): { outside: number; mixed: number } {
  const { width, cells, vectors } = grid;
  const labelled = new Uint8Array(cells.length);
  let mixed = 0;
  for (const range of ranges) {
    const tables = new Set<number>();
    forEachCell(range, width, (at) => {
      labelled[at] = 1;
      const mark = vectors[cells[at]! * VECTOR_WORDS + 2]!;
      if (mark !== 0) tables.add(mark);
    });
    if (tables.size !== 1) mixed++;
  }
  let outside = 0;
  for (const [at, index] of cells.entries()) {
    if (!labelled[at] && vectors[index * VECTOR_WORDS + 2] !== 0) outside++;
  }
  return { outside, mixed };
}

test("augmentSheet() labels every cell of a table that can be seen, and each table by itself", () => {
  let tables = 0;
  for (let seed = 0; seed < 600; seed++) {
    const sheet = randomMarkedSheet(seed);
    const augmented = augmentSheet(sheet, randomStream(seed, "augment"), ALWAYS, LIMITS);
    expect({ seed, ...mislabelled(augmented) }).toEqual({ seed, outside: 0, mixed: 0 });
    expect(tightTables(augmented).every((tight) => tight)).toBeTrue();
    expect(brokenMerges(augmented)).toBe(0);
    expectInside(augmented);
    tables += augmented.ranges.length;
  }
  expect(tables).toBeGreaterThan(700);
});

test("augmentSheet() loses no table unless a window cuts the sheet", () => {
  for (let seed = 0; seed < 200; seed++) {
    const sheet = randomMarkedSheet(seed);
    const augmented = augmentSheet(sheet, randomStream(seed, "augment"), UNCUT, {
      maxRows: 2000,
      maxCols: 500,
    });
    expect(augmented.ranges).toHaveLength(sheet.ranges.length);
    expect(mislabelled(augmented)).toEqual({ outside: 0, mixed: 0 });
  }
});

test("augmentSheet() puts small neighbours on the same sheet, with all tables of each, at a distance, while there is room", () => {
  let left = 0;
  const small = Array.from({ length: 200 }, (_, seed) => randomMarkedSheet(seed)).filter(
    ({ grid }) => grid.height <= 64 && grid.width <= 24,
  );
  expect(small.length).toBeGreaterThan(50);
  for (const [index, sheet] of small.entries()) {
    const others = Array.from({ length: 1 + (index % 3) }, (_, i) => small[(index + 1 + i) % small.length]!);
    const random = randomStream(index, "augment");
    const joined = augmentSheet(sheet, random, DATASET_RATES, LIMITS, others);
    const counts = [sheet, ...others].map(({ ranges }) => ranges.length);
    const all = counts.reduce((sum, count) => sum + count, 0);
    if (joined.ranges.length < all) left++;
    // The first neighbour always finds room.
    expect(joined.ranges.length).toBeWithin(counts[0]! + counts[1]!, all + 1);
    expect(joined.grid.height).toBeLessThanOrEqual(192);
    expect(joined.grid.width).toBeLessThanOrEqual(64);
    expect(mislabelled(joined).mixed).toBe(0);
    expect(mislabelled(joined).outside).toBe(0);
    expect(brokenMerges(joined)).toBe(0);
  }
  expect(left).toBeLessThan(small.length / 4);
});

test("augmentSheet() gives the sheet itself where nothing would be left to see", () => {
  const sheet = { ...randomMarkedSheet(3), ranges: [] };
  const empty: LabelledGrid = {
    ...sheet,
    grid: { ...sheet.grid, vectors: sheet.grid.vectors.map((word) => word & ~HAS_DATA) },
  };
  expect(augmentSheet(empty, randomStream(1), ALWAYS, LIMITS)).toBe(empty);
});

test("limitSheet() keeps the upper left part of a large sheet, and a small one as it is", () => {
  for (let seed = 0; seed < 100; seed++) {
    const sheet = randomMarkedSheet(seed);
    const { grid, ranges } = limitSheet(sheet, { maxRows: 40, maxCols: 20 });
    expect([grid.height, grid.width]).toEqual([
      Math.min(40, sheet.grid.height),
      Math.min(20, sheet.grid.width),
    ]);
    expect(mislabelled({ grid, ranges })).toEqual({ outside: 0, mixed: 0 });
    expect(limitSheet(sheet, LIMITS)).toBe(sheet);
  }
});

describe.each([
  ["synthetic", true, FRESH_RATES],
  ["synthetic", true, ALWAYS],
  ["real", isRealThere, DATASET_RATES],
  ["real", isRealThere, ALWAYS],
] as const)("augmentSheet() on %s sheets", (kind, isThere, rates) => {
  let sheets: LabelledGrid[] = [];
  beforeAll(async () => {
    if (isThere) sheets = kind === "real" ? await realSheets() : syntheticSheets(400);
  }, 60_000);
  const augment = (index: number) => {
    const random = randomStream(9, "augment", index);
    const neighbour = index % 4 === 0 ? sheets[(index + 1) % sheets.length] : undefined;
    return {
      sheet: augmentSheet(sheets[index]!, random, rates, LIMITS, neighbour ? [neighbour] : []),
      neighbour,
    };
  };

  test.skipIf(!isThere)("gives sound grids with ranges inside, and keeps tight what was tight", () => {
    for (const [index, source] of sheets.entries()) {
      const { sheet, neighbour } = augment(index);
      expectInside(sheet);
      expect([brokenMerges(sheet), brokenVectors(sheet)]).toEqual([0, 0]);
      const wereTight = [source, neighbour ?? source].every((each) =>
        tightTables(each).every((tight) => tight),
      );
      if (wereTight) expect(tightTables(sheet)).toEqual(sheet.ranges.map(() => true));
      const most = source.ranges.length + (neighbour?.ranges.length ?? 0);
      const copies = rates.repeatSheet > 0 ? 6 : 1;
      expect(sheet.ranges.length).toBeWithin(0, copies * most + 1);
    }
  });

  test.skipIf(!isThere)("gives the same from the same stream, and leaves the sheet as it is", () => {
    const before = structuredClone(sheets);
    const [first, second] = [sheets, sheets].map((all) => all.map((_, index) => augment(index).sheet));
    expect(Bun.deepEquals(first, second)).toBeTrue();
    expect(Bun.deepEquals(sheets, before, true)).toBeTrue();
  });

  test.skipIf(!isThere)("opens and closes a draft without changing a bit", () => {
    for (const sheet of sheets) {
      const { grid, ranges } = closeDraft(openDraft(sheet));
      expect(ranges).toEqual(sheet.ranges);
      expect(Bun.deepEquals(unpackGrid(grid), unpackGrid(sheet.grid))).toBeTrue();
    }
  });
});
