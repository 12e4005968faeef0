/**
 * Cuts sheets that are too large for the network into overlapping windows, and joins the tables of the
 * windows.
 */

import { bestFirst, type PredictedTable } from "../base/predicted-table.ts";
import { type Range, sharedArea, unionRange } from "../base/range.ts";
import type { PackedGrid } from "../features/packed-grid.ts";

/** The largest size of a window, and how much neighbouring windows share, in cells. */
export const WINDOW = { rows: 512, columns: 128 } as const;
const SHARED = { rows: 96, columns: 32 } as const;
/** The edges that two parts of a table share may differ by this many cells. */
const SLACK = 1;

export interface Tile {
  readonly grid: PackedGrid;
  /** Number of the sheet's rows above the window, and of its columns before it. */
  readonly above: number;
  readonly before: number;
}

/** The windows of a sheet. A sheet that is small enough is its only window. */
export function tilesOf(grid: PackedGrid): Tile[] {
  const rows = starts(grid.height, WINDOW.rows, SHARED.rows);
  const columns = starts(grid.width, WINDOW.columns, SHARED.columns);
  if (rows.length === 1 && columns.length === 1) return [{ grid, above: 0, before: 0 }];
  return rows.flatMap((above) =>
    columns.map((before) => ({ grid: cut(grid, above, before), above, before })),
  );
}

/**
 * The starts of windows of `size` that share at least `shared` with the next one. The last window ends with
 * the sheet.
 */
function starts(length: number, size: number, shared: number): number[] {
  if (length <= size) return [0];
  const count = Math.ceil((length - shared) / (size - shared));
  return Array.from({ length: count }, (_, i) => Math.min(i * (size - shared), length - size));
}

function cut(grid: PackedGrid, above: number, before: number): PackedGrid {
  const height = Math.min(WINDOW.rows, grid.height - above);
  const width = Math.min(WINDOW.columns, grid.width - before);
  const cells = grid.cells.slice(0, height * width);
  for (let row = 0; row < height; row++) {
    const from = (above + row) * grid.width + before;
    cells.set(grid.cells.subarray(from, from + width), row * width);
  }
  return { height, width, cells, vectors: grid.vectors };
}

/**
 * The tables of the sheet, best score first. Parts of a table on both sides of a border between windows are
 * joined, and so are two views of the same table; the joined table has the better score.
 *
 * @param found The tables of each window, in rows and columns of the window.
 */
export function joinTiles(
  tiles: readonly Tile[],
  found: readonly (readonly PredictedTable[])[],
): PredictedTable[] {
  if (tiles.length === 1) return [...found[0]!];
  let tables = tiles.flatMap(({ above, before }, index) =>
    found[index]!.map(({ range, score }) => ({ range: moved(range, above, before), score })),
  );
  for (let joined = true; joined; ) {
    joined = false;
    const next: PredictedTable[] = [];
    for (const table of tables) {
      const other = next.findIndex(({ range }) => belong(range, table.range));
      if (other < 0) {
        next.push(table);
        continue;
      }
      const { range, score } = next[other]!;
      next[other] = { range: unionRange(range, table.range), score: Math.max(score, table.score) };
      joined = true;
    }
    tables = next;
  }
  return tables.sort(bestFirst);
}

function moved({ top, left, bottom, right }: Range, above: number, before: number): Range {
  return { top: top + above, left: left + before, bottom: bottom + above, right: right + before };
}

/** True for parts of one table: they overlap, and both of their edges on one axis are the same. */
function belong(a: Range, b: Range): boolean {
  if (sharedArea(a, b) === 0) return false;
  const near = (x: number, y: number) => Math.abs(x - y) <= SLACK;
  return (near(a.left, b.left) && near(a.right, b.right)) || (near(a.top, b.top) && near(a.bottom, b.bottom));
}
