/** A map of which cells of a grid hold or show something. */

import type { PackedGrid } from "./packed-grid.ts";
import {
  BORDER_BITS,
  FILL_BITS,
  HAS_DATA,
  HIGH_WORD,
  IS_VISIBLY_EMPTY,
  LOW_WORD,
  MERGE_BITS,
  VECTOR_WORDS,
  WHITE_FILL_BIT,
} from "./vector-bits.ts";

/** Bits of the map of `cellContent`. */
export const Content = {
  /** A value or a formula; in a merged range, that of the anchor. */
  Data: 1,
  /** A value of its own that can be seen. */
  Visible: 2,
  /** Something drawn: a border, or a fill that is not white. */
  Drawn: 4,
  /** Part of a merged range. */
  Merged: 8,
} as const;

/**
 * What each cell holds, as bits of `Content`.
 *
 * @returns [height, width] row-major, a new array.
 */
export function cellContent({ vectors, cells }: PackedGrid): Uint8Array {
  const ofVector = new Uint8Array(vectors.length / VECTOR_WORDS);
  for (let index = 0; index < ofVector.length; index++) {
    const low = vectors[index * VECTOR_WORDS + LOW_WORD]!;
    const high = vectors[index * VECTOR_WORDS + HIGH_WORD]!;
    const isFilled = (low & FILL_BITS & ~WHITE_FILL_BIT) !== 0;
    ofVector[index] =
      ((low & HAS_DATA) !== 0 ? Content.Data : 0) |
      ((low & IS_VISIBLY_EMPTY) === 0 ? Content.Visible : 0) |
      (isFilled || (high & BORDER_BITS) !== 0 ? Content.Drawn : 0) |
      ((low & MERGE_BITS) !== 0 ? Content.Merged : 0);
  }
  return Uint8Array.from(cells, (index) => ofVector[index]!);
}
