/**
 * What a drawing of a sheet shows of a cell, in 12 bits: its fill, its borders, and the kind and length of
 * its content. There is no text in it.
 */

import { ColorBucket } from "./color-bucket.ts";
import type { PackedGrid } from "./packed-grid.ts";
import {
  BOLD,
  BORDER_BOTTOM,
  BORDER_LEFT,
  BORDER_RIGHT,
  BORDER_TOP,
  DIGITS_WORD,
  fillBucketOf,
  HIGH_WORD,
  IS_VISIBLY_EMPTY,
  LENGTH_L,
  LENGTH_M,
  LENGTH_S,
  LENGTH_XL,
  LOW_WORD,
  VECTOR_WORDS,
} from "./vector-bits.ts";

/** The bits of a look. */
export const Look = {
  /** A `ColorBucket`. */
  Fill: 0b111,
  Left: 1 << 3,
  Right: 1 << 4,
  Top: 1 << 5,
  Bottom: 1 << 6,
  /** The cell shows something. */
  Shown: 1 << 7,
  /** What it shows is a number, at the right of the cell. */
  Number: 1 << 8,
  Bold: 1 << 9,
  /** The length of the content, 0 (short) … 3 (very long), shifted by `LENGTH_SHIFT`. */
  Length: 0b11 << 10,
} as const;

export const LENGTH_SHIFT = 10;

/** The looks of a sheet's cells. */
export interface SheetLook {
  /** Rows, from row 1. */
  readonly height: number;
  /** Columns, from column A. */
  readonly width: number;
  /** [height, width] row-major, bits of `Look`. */
  readonly cells: Uint16Array;
}

const LENGTHS = [LENGTH_S, LENGTH_M, LENGTH_L, LENGTH_XL];
const BORDERS = [
  [BORDER_LEFT, Look.Left],
  [BORDER_RIGHT, Look.Right],
  [BORDER_TOP, Look.Top],
  [BORDER_BOTTOM, Look.Bottom],
] as const;

/** The looks of a grid's cells. */
export function sheetLook({ height, width, vectors, cells }: PackedGrid): SheetLook {
  const digits = new Float32Array(vectors.buffer, vectors.byteOffset, vectors.length);
  const looks = new Uint16Array(vectors.length / VECTOR_WORDS);
  for (let index = 0; index < looks.length; index++) {
    const at = index * VECTOR_WORDS;
    looks[index] = lookOf(vectors[at + LOW_WORD]!, vectors[at + HIGH_WORD]!, digits[at + DIGITS_WORD]!);
  }
  const result = new Uint16Array(height * width);
  for (let cell = 0; cell < result.length; cell++) result[cell] = looks[cells[cell]!]!;
  return { height, width, cells: result };
}

function lookOf(low: number, high: number, digits: number): number {
  const bucket = fillBucketOf(low);
  let look: number = bucket < 0 ? ColorBucket.White : bucket;
  for (const [bit, border] of BORDERS) if ((high & bit) !== 0) look |= border;
  if ((low & IS_VISIBLY_EMPTY) !== 0) return look;
  if (digits >= 0.5) look |= Look.Number;
  if ((high & BOLD) !== 0) look |= Look.Bold;
  const length = LENGTHS.findIndex((bit) => (high & bit) !== 0);
  return look | Look.Shown | (Math.max(0, length) << LENGTH_SHIFT);
}
