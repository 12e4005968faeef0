/** Tests sheets that are too large for one pass of the network. */

import { expect, test } from "bun:test";
import { condenseSheet } from "../../core/detection/condense-sheet.ts";
import { joinTiles, tilesOf } from "../../core/detection/tile-sheet.ts";
import type { PackedGrid } from "../../core/features/packed-grid.ts";
import { BOLD, HAS_DATA, IS_VISIBLY_EMPTY } from "../../core/features/vector-bits.ts";

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
