/**
 * Shortens long sheets. In a long run of rows (or columns) that look alike, such as the middle of a long
 * table, a few rows carry the same information as all of them. A table that is found on the short sheet is
 * expanded to the whole sheet, so a table of thousands of rows is found as one.
 */

import type { PackedGrid } from "../features/packed-grid.ts";
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
import { type KeptLines, keepAll, keepLines } from "./keep-lines.ts";

/** Sheets up to this size stay as they are: the network is trained on sheets of such sizes. */
const LONGEST = { rows: 160, columns: 64 } as const;
/** The lines that stay at each end of a run of lines that look alike. */
const ENDS = { rows: 40, columns: 16 } as const;
/** Two lines look alike if at least this fraction of their non-empty cells look alike. */
const ALIKE = 0.75;

/** The channels that make two cells differ. */
const LOW_LOOK = HAS_DATA | MERGE_BITS | FILL_BITS;
const HIGH_LOOK = BOLD | BORDER_BITS;

export function condenseSheet(grid: PackedGrid): KeptLines {
  const looks = lookOf(grid);
  const rows = keptLines(grid.height, grid.width, "rows", (row, column) => looks[row * grid.width + column]!);
  const columns = keptLines(
    grid.width,
    grid.height,
    "columns",
    (column, row) => looks[row * grid.width + column]!,
  );
  if (rows.length === grid.height && columns.length === grid.width) return keepAll(grid);
  return keepLines(grid, rows, columns);
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
