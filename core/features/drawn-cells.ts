/** What a drawing of a sheet shows of each cell, from its feature grid. */

import {
  DRAWN_BOLD,
  DRAWN_BORDER_BOTTOM,
  DRAWN_BORDER_LEFT,
  DRAWN_BORDER_RIGHT,
  DRAWN_BORDER_TOP,
  DRAWN_CONTENT,
  DRAWN_LENGTH_SHIFT,
  DRAWN_NUMBER,
} from "../base/drawn-cell.ts";
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

const LENGTHS = [LENGTH_S, LENGTH_M, LENGTH_L, LENGTH_XL];
const BORDERS = [
  [BORDER_LEFT, DRAWN_BORDER_LEFT],
  [BORDER_RIGHT, DRAWN_BORDER_RIGHT],
  [BORDER_TOP, DRAWN_BORDER_TOP],
  [BORDER_BOTTOM, DRAWN_BORDER_BOTTOM],
] as const;

/**
 * The bits of `core/base/drawn-cell.ts` for each cell.
 *
 * @returns [height, width] row-major, a new array.
 */
export function drawnCells({ vectors, cells }: PackedGrid): Uint16Array {
  const digits = new Float32Array(vectors.buffer, vectors.byteOffset, vectors.length);
  const bits = new Uint16Array(vectors.length / VECTOR_WORDS);
  for (let index = 0; index < bits.length; index++) {
    const at = index * VECTOR_WORDS;
    const [low, high] = [vectors[at + LOW_WORD]!, vectors[at + HIGH_WORD]!];
    bits[index] = bitsOf(low, high, digits[at + DIGITS_WORD]!);
  }
  const result = new Uint16Array(cells.length);
  for (let cell = 0; cell < result.length; cell++) result[cell] = bits[cells[cell]!]!;
  return result;
}

function bitsOf(low: number, high: number, digits: number): number {
  const fill = fillBucketOf(low);
  let bits = fill < 0 ? ColorBucket.White : fill;
  for (const [border, drawn] of BORDERS) if ((high & border) !== 0) bits |= drawn;
  if ((low & IS_VISIBLY_EMPTY) !== 0) return bits;
  const length = Math.max(
    0,
    LENGTHS.findIndex((bit) => (high & bit) !== 0),
  );
  bits |= DRAWN_CONTENT | (length << DRAWN_LENGTH_SHIFT);
  if (digits >= 0.5) bits |= DRAWN_NUMBER;
  return (high & BOLD) === 0 ? bits : bits | DRAWN_BOLD;
}
