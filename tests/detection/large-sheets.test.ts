/** Tests sheets that are too large for one pass of the network. */

import { expect, test } from "bun:test";
import type { PredictedTable } from "../../core/base/predicted-table.ts";
import { condenseSheet } from "../../core/detection/condense-sheet.ts";
import { joinTiles, tilesOf } from "../../core/detection/tile-sheet.ts";
import { ColorBucket } from "../../core/features/color-bucket.ts";
import type { PackedGrid } from "../../core/features/packed-grid.ts";
import {
  BOLD,
  BORDER_TOP,
  FILL_COLOR,
  HAS_DATA,
  HIGH_WORD,
  IS_VISIBLY_EMPTY,
  LOW_WORD,
  MERGE_LEFT,
  VECTOR_WORDS,
  WHITE_FILL_BIT,
} from "../../core/features/vector-bits.ts";

/** A grid of empty cells (vector 0), data (1) and bold data (2). */
function gridOf(height: number, width: number, vector: (row: number, column: number) => number): PackedGrid {
  const vectors = Uint32Array.of(IS_VISIBLY_EMPTY, 0, 0, 0, HAS_DATA, 0, 0, 0, HAS_DATA, BOLD, 0, 0);
  const cells = Uint16Array.from({ length: height * width }, (_, i) =>
    vector(Math.floor(i / width), i % width),
  );
  return { height, width, vectors, cells };
}

test("condenseSheet() leaves a sheet of usual size as it is", () => {
  const grid = gridOf(120, 9, () => 1);
  const { grid: same, expand } = condenseSheet(grid);
  expect(same).toBe(grid);
  const range = { top: 2, left: 3, bottom: 90, right: 4 };
  expect(expand(range)).toEqual(range);
});

test("condenseSheet() shortens the middle of a table of 5,000 rows, and its edges are found again to the cell", () => {
  // A title, a gap, a header, 5,000 rows with a hole here and there, a gap, a note.
  const grid = gridOf(5010, 8, (row, column) => {
    if (row === 0) return column === 0 ? 1 : 0;
    if (row === 2) return 2;
    if (row >= 3 && row < 5003) return column === row % 8 && row % 11 === 0 ? 0 : 1;
    return row === 5006 && column === 0 ? 1 : 0;
  });
  const { grid: short, expand, shorten } = condenseSheet(grid);
  expect(short.height).toBeLessThan(120);
  expect(short.width).toBe(8);
  const isFull = (row: number) =>
    Array.from({ length: 8 }, (_, c) => short.cells[row * 8 + c]!).filter((v) => v > 0).length > 1;
  const full = Array.from({ length: short.height }, (_, row) => row).filter(isFull);
  const range = { top: full[0]! + 1, left: 1, bottom: full.at(-1)! + 1, right: 8 };
  expect(expand(range)).toEqual({ top: 3, left: 1, bottom: 5003, right: 8 });
  expect(shorten({ top: 3, left: 1, bottom: 5003, right: 8 })).toEqual(range);
  // An edge among the rows that were left out goes to the nearest row inside of the range.
  const cut = shorten({ top: 3, left: 2, bottom: 2500, right: 7 })!;
  expect(cut).toMatchObject({ top: range.top, left: 2, right: 7 });
  expect(expand(cut).bottom).toBeLessThanOrEqual(2500);
  expect(shorten({ top: 2400, left: 1, bottom: 2500, right: 8 })).toBeNull();
});

test("condenseSheet() keeps two long tables apart from each other", () => {
  const grid = gridOf(1000, 4, (row) => (row === 500 ? 0 : row === 0 || row === 501 ? 2 : 1));
  const { grid: short, expand } = condenseSheet(grid);
  const blank = Array.from({ length: short.height }, (_, row) => row).filter(
    (row) => short.cells[row * 4] === 0,
  );
  expect(blank.length).toBe(1);
  const at = blank[0]! + 1;
  expect(expand({ top: at, left: 1, bottom: at, right: 4 })).toEqual({
    top: 501,
    left: 1,
    bottom: 501,
    right: 4,
  });
});

test("condenseSheet() shortens sheets from 161 rows and 65 columns on, to 40 rows or 16 columns at each end of a run", () => {
  const sizeOf = (grid: PackedGrid) => [grid.height, grid.width];
  const condensed = (height: number, width: number) => condenseSheet(gridOf(height, width, () => 1));
  expect(sizeOf(condensed(160, 64).grid)).toEqual([160, 64]);
  expect(sizeOf(condensed(161, 64).grid)).toEqual([80, 64]);
  expect(sizeOf(condensed(160, 65).grid)).toEqual([160, 32]);
  // A run of 81 rows loses one of them, a run of 80 none.
  expect(sizeOf(condenseSheet(gridOf(161, 2, (row) => (row < 81 ? 1 : 2))).grid)).toEqual([160, 2]);
  const range = { top: 40, left: 16, bottom: 41, right: 17 };
  expect(condensed(161, 65).expand(range)).toEqual({ top: 40, left: 16, bottom: 122, right: 50 });
});

test("condenseSheet() takes lines for alike if three quarters of the cells that either of them has are", () => {
  /** The height of 200 rows of which every second one has `odd`, and the width of as many columns. */
  const left = (even: string, odd: string) => {
    const cellOf = (line: number, at: number) => Number((line % 2 === 0 ? even : odd)[at]);
    const rows = condenseSheet(gridOf(200, even.length, cellOf)).grid.height;
    const columns = condenseSheet(gridOf(even.length, 200, (row, column) => cellOf(column, row))).grid.width;
    return [rows, columns];
  };
  const [shortened, whole] = [
    [80, 32],
    [200, 200],
  ];
  expect(left("1111", "1112")).toEqual(shortened);
  expect(left("1111", "1110")).toEqual(shortened);
  expect(left("1111", "1122")).toEqual(whole);
  expect(left("1100", "1000")).toEqual(whole);
  expect(left("00001111", "00001122")).toEqual(whole);
  expect(left("0000", "0000")).toEqual(shortened);
});

test("condenseSheet() looks at data, merged ranges, fills, bold text and borders alone; a white cell is empty", () => {
  const vectorOf = (low: number, high = 0, other = 0) => {
    const vector = new Uint32Array(VECTOR_WORDS).fill(other);
    vector[LOW_WORD] = low;
    vector[HIGH_WORD] = high;
    return vector;
  };
  for (const [isAlike, even, odd] of [
    [true, vectorOf(HAS_DATA), vectorOf(HAS_DATA, 0, 7)],
    [true, vectorOf(HAS_DATA), vectorOf(HAS_DATA | IS_VISIBLY_EMPTY)],
    [true, vectorOf(0), vectorOf(WHITE_FILL_BIT)],
    [false, vectorOf(0), vectorOf(0, BOLD)],
    [false, vectorOf(WHITE_FILL_BIT), vectorOf(WHITE_FILL_BIT, BORDER_TOP)],
    [false, vectorOf(0), vectorOf(FILL_COLOR[ColorBucket.Red]!)],
    [false, vectorOf(HAS_DATA), vectorOf(HAS_DATA | WHITE_FILL_BIT)],
    [false, vectorOf(HAS_DATA), vectorOf(HAS_DATA | MERGE_LEFT)],
    [false, vectorOf(HAS_DATA), vectorOf(HAS_DATA, BORDER_TOP)],
    [false, vectorOf(HAS_DATA, BOLD), vectorOf(HAS_DATA, BORDER_TOP)],
    [false, vectorOf(HAS_DATA), vectorOf(0)],
  ] as const) {
    const grid = { ...gridOf(200, 1, (row) => row % 2), vectors: Uint32Array.of(...even, ...odd) };
    expect([even, odd, condenseSheet(grid).grid.height]).toEqual([even, odd, isAlike ? 80 : 200]);
  }
});

test("tilesOf() cuts from 513 rows and 129 columns on, and neighbours share 96 rows or 32 columns at least", () => {
  const starts = (height: number, width: number) =>
    tilesOf(gridOf(height, width, () => 1)).map(({ above, before }) => [above, before]);
  const small = gridOf(512, 128, () => 1);
  expect(tilesOf(small)).toEqual([{ grid: small, above: 0, before: 0 }]);
  expect(tilesOf(small)[0]!.grid).toBe(small);
  expect(starts(513, 128)).toEqual([0, 1].map((above) => [above, 0]));
  expect(starts(928, 128)).toEqual([0, 416].map((above) => [above, 0]));
  expect(starts(929, 128)).toEqual([0, 416, 417].map((above) => [above, 0]));
  expect(starts(512, 129)).toEqual([0, 1].map((before) => [0, before]));
  expect(starts(20, 300)).toEqual([0, 96, 172].map((before) => [0, before]));
});

test("tilesOf() covers every cell of a large sheet with windows that overlap", () => {
  const grid = gridOf(1500, 300, (row, column) => (row * 7 + column) % 3);
  const seen = new Uint8Array(1500 * 300);
  for (const { grid: part, above, before } of tilesOf(grid)) {
    expect(part.height).toBeLessThanOrEqual(512);
    expect(part.width).toBeLessThanOrEqual(128);
    for (let row = 0; row < part.height; row++) {
      for (let column = 0; column < part.width; column++) {
        expect(
          part.cells[row * part.width + column] === grid.cells[(above + row) * 300 + before + column],
        ).toBe(true);
        seen[(above + row) * 300 + before + column] = 1;
      }
    }
  }
  expect(seen.includes(0)).toBe(false);
});

test("joinTiles() makes one table of parts in three windows, and keeps others apart", () => {
  const tiles = tilesOf(gridOf(1300, 20, () => 1));
  expect(tiles.map(({ above }) => above)).toEqual([0, 416, 788]);
  const part = (top: number, bottom: number, score: number, left = 2) => ({
    range: { top, left, bottom, right: left + 5 },
    score,
  });
  const joined = joinTiles(tiles, [
    [part(10, 512, 0.9), part(3, 8, 0.5, 12)],
    [part(1, 512, 0.7)],
    [part(1, 400, 0.8)],
  ]);
  expect(joined).toEqual([part(10, 1188, 0.9), part(3, 8, 0.5, 12)]);
});

test("joinTiles() joins what overlaps and has both edges of an axis in common, to a cell", () => {
  const tiles = tilesOf(gridOf(20, 300, () => 1)); // they begin at columns 1, 97 and 173
  const box = (left: number, right: number, top = 3, bottom = 9, score = 0.5) => ({
    range: { top, left, bottom, right },
    score,
  });
  const joined = (first: ReturnType<typeof box>[], second: ReturnType<typeof box>[]) =>
    joinTiles(tiles, [first, second, []]);
  expect(joined([box(90, 128)], [box(1, 60)])).toEqual([box(90, 156)]);
  expect(joined([box(90, 128)], [box(1, 60, 4, 10)])).toEqual([box(90, 156, 3, 10)]);
  for (const [first, second] of [
    [box(90, 128), box(1, 60, 5, 9)], // the upper edges differ
    [box(90, 128), box(1, 60, 3, 11)], // the lower edges differ
    [box(90, 120), box(25, 60)], // columns 90 … 120 and 121 … 156 share no cell
  ] as const) {
    const moved = { ...second, range: { ...second.range, left: second.range.left + 96, right: 156 } };
    expect(joined([first], [second])).toEqual([first, moved]);
  }
  const below = tilesOf(gridOf(600, 20, () => 1)); // they begin at rows 1 and 89
  const wider = box(2, 12, 300, 400);
  const movedDown = { ...wider, range: { ...wider.range, top: 388, bottom: 488 } };
  expect(joinTiles(below, [[box(2, 8, 200, 450)], [wider]])).toEqual([box(2, 8, 200, 450), movedDown]);
  // The second window sees that what the first one has for two tables is one.
  expect(joined([box(2, 100), box(105, 128)], [box(2, 44)])).toEqual([box(2, 140)]);
});

test("joinTiles() has the best table first, and leaves the tables of a single window as they are", () => {
  const [low, high] = [0.4, 0.8].map((score, at) => ({
    range: { top: 3, left: 2 + 6 * at, bottom: 9, right: 8 + 6 * at },
    score,
  })) as [PredictedTable, PredictedTable];
  expect(joinTiles(tilesOf(gridOf(20, 20, () => 1)), [[high, low]])).toEqual([high, low]);
  const apart = { ...low, range: { ...low.range, bottom: 12 } };
  expect(joinTiles(tilesOf(gridOf(600, 20, () => 1)), [[apart, high], []])).toEqual([high, apart]);
});
