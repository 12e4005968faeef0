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
  const { height, width } = grid;
  const looks = { ofVector: looksOfVectors(grid.vectors), cells: grid.cells };
  const rows = keptLines("rows", { ...looks, lines: height, length: width, lineStep: width, cellStep: 1 });
  const columns = keptLines("columns", {
    ...looks,
    lines: width,
    length: height,
    lineStep: 1,
    cellStep: width,
  });
  return rows === null && columns === null ? keepAll(grid) : keepLines(grid, rows, columns);
}

/** The rows or the columns of a grid, and how their cells look. */
interface Lines {
  /** By vector: a number for its look. Vectors with equal numbers look alike, 0 is an empty cell. */
  readonly ofVector: Uint32Array;
  /** [height, width] row-major. */
  readonly cells: PackedGrid["cells"];
  /** Number of lines, and of cells per line. */
  readonly lines: number;
  readonly length: number;
  /** Steps in `cells` to the next line, and to the next cell of a line. */
  readonly lineStep: number;
  readonly cellStep: number;
}

function looksOfVectors(vectors: Uint32Array): Uint32Array {
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
  return ofVector;
}

/**
 * The lines that stay, from 0, in order: all except the middles of long runs of lines that look alike. Null
 * if all stay.
 */
function keptLines(axis: "rows" | "columns", looks: Lines): number[] | null {
  const { lines } = looks;
  if (lines <= LONGEST[axis]) return null;
  const ends = ENDS[axis];
  const kept: number[] = [];
  const keep = (from: number, to: number) => {
    for (let line = from; line < to; line++) kept.push(line);
  };
  for (let first = 0; first < lines; ) {
    let end = first + 1;
    while (end < lines && areAlike(end - 1, end, looks)) end++;
    if (end - first > 2 * ends) {
      keep(first, first + ends);
      keep(end - ends, end);
    } else keep(first, end);
    first = end;
  }
  return kept.length === lines ? null : kept;
}

function areAlike(a: number, b: number, { ofVector, cells, length, lineStep, cellStep }: Lines): boolean {
  let equal = 0;
  let held = 0;
  const end = a * lineStep + length * cellStep;
  for (let one = a * lineStep, other = b * lineStep; one < end; one += cellStep, other += cellStep) {
    const x = ofVector[cells[one]!]!;
    const y = ofVector[cells[other]!]!;
    if (x === 0 && y === 0) continue;
    held++;
    if (x === y) equal++;
  }
  return equal >= ALIKE * held;
}
