/**
 * Shortens long sheets. In a long run of rows (or columns) that look alike, such as the middle of a long
 * table, a few rows carry the same information as all of them. A table that is found on the short sheet is
 * expanded to the whole sheet, so a table of thousands of rows is found as one.
 */

import type { Range } from "../base/range.ts";
import { type PackedGrid, packCells } from "../features/packed-grid.ts";
import {
  BOLD,
  BORDER_BITS,
  FILL_BITS,
  HAS_DATA,
  HIGH_WORD,
  LOW_WORD,
  MERGE_BITS,
  VECTOR_WORDS,
  WHITE_FILL_BIT,
} from "../features/vector-bits.ts";

/** Sheets up to this size stay as they are: the network is trained on sheets of such sizes. */
const LONGEST = { rows: 160, columns: 64 } as const;
/** The lines that stay at each end of a run of lines that look alike. */
const ENDS = { rows: 40, columns: 16 } as const;
/** Two lines look alike if at least this fraction of their non-empty cells look alike. */
const ALIKE = 0.75;

/** The channels that make two cells differ. */
const LOW_LOOK = HAS_DATA | MERGE_BITS | FILL_BITS;
const HIGH_LOOK = BOLD | BORDER_BITS;

export interface CondensedSheet {
  readonly grid: PackedGrid;
  /** @returns The range of the whole sheet for a range of the short one. */
  expand(range: Range): Range;
  /**
   * @returns The range of the short sheet for a range of the whole one. An edge among lines that were left
   *   out goes to the nearest line inside of the range that stays; null if none does.
   */
  shorten(range: Range): Range | null;
}

export function condenseSheet(grid: PackedGrid): CondensedSheet {
  const looks = lookOf(grid);
  const rows = keptLines(grid.height, grid.width, "rows", (row, column) => looks[row * grid.width + column]!);
  const columns = keptLines(
    grid.width,
    grid.height,
    "columns",
    (column, row) => looks[row * grid.width + column]!,
  );
  if (rows.length === grid.height && columns.length === grid.width) {
    return { grid, expand: (range) => range, shorten: (range) => range };
  }
  const cells = new Uint32Array(rows.length * columns.length);
  for (const [r, row] of rows.entries()) {
    for (const [c, column] of columns.entries()) {
      cells[r * columns.length + c] = grid.cells[row * grid.width + column]!;
    }
  }
  return {
    grid: packCells(rows.length, columns.length, cells, grid.vectors),
    expand: ({ top, left, bottom, right }) => ({
      top: rows[top - 1]! + 1,
      left: columns[left - 1]! + 1,
      bottom: rows[bottom - 1]! + 1,
      right: columns[right - 1]! + 1,
    }),
    shorten({ top, left, bottom, right }) {
      const [first, last] = [
        rows.findIndex((row) => row + 1 >= top),
        rows.findLastIndex((row) => row < bottom),
      ];
      const [from, to] = [
        columns.findIndex((column) => column + 1 >= left),
        columns.findLastIndex((column) => column < right),
      ];
      const isLeft = first >= 0 && from >= 0 && first <= last && from <= to;
      return isLeft ? { top: first + 1, left: from + 1, bottom: last + 1, right: to + 1 } : null;
    },
  };
}

/** A number for the look of each cell: cells with equal numbers look alike, 0 is an empty cell. */
function lookOf({ vectors, cells }: PackedGrid): Uint32Array {
  const known = new Map<string, number>();
  const ofVector = new Uint32Array(vectors.length / VECTOR_WORDS);
  for (let index = 0; index < ofVector.length; index++) {
    const low = vectors[index * VECTOR_WORDS + LOW_WORD]! & LOW_LOOK;
    const high = vectors[index * VECTOR_WORDS + HIGH_WORD]! & HIGH_LOOK;
    if (high === 0 && (low & ~WHITE_FILL_BIT) === 0) continue;
    const key = `${low} ${high}`;
    if (!known.has(key)) known.set(key, known.size + 1);
    ofVector[index] = known.get(key)!;
  }
  return Uint32Array.from(cells, (index) => ofVector[index]!);
}

/** The lines that stay, from 0, in order: all except the middles of long runs of lines that look alike. */
function keptLines(
  lines: number,
  length: number,
  axis: "rows" | "columns",
  look: (line: number, at: number) => number,
): number[] {
  const all = Array.from({ length: lines }, (_, line) => line);
  if (lines <= LONGEST[axis]) return all;
  const ends = ENDS[axis];
  const kept: number[] = [];
  for (let first = 0; first < lines; ) {
    let end = first + 1;
    while (end < lines && areAlike(end - 1, end, length, look)) end++;
    const isLong = end - first > 2 * ends;
    kept.push(
      ...(isLong
        ? [...all.slice(first, first + ends), ...all.slice(end - ends, end)]
        : all.slice(first, end)),
    );
    first = end;
  }
  return kept;
}

function areAlike(a: number, b: number, length: number, look: (line: number, at: number) => number): boolean {
  let equal = 0;
  let held = 0;
  for (let at = 0; at < length; at++) {
    const [x, y] = [look(a, at), look(b, at)];
    if (x === 0 && y === 0) continue;
    held++;
    if (x === y) equal++;
  }
  return equal >= ALIKE * held;
}
