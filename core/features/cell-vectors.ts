/** The rules from what a cell holds, how it is formatted and what covers it to its feature vector. */

import { Mark, mergeBits } from "./cell-marks.ts";
import { VectorIndex } from "./packed-grid.ts";
import { HAS_COMMENT, IS_IN_TABLE, IS_IN_TABLE_HEADER, IS_VISIBLY_EMPTY, LENGTH_S } from "./vector-bits.ts";

/** The text channels of a value that was measured. */
export interface MeasuredText {
  /** The bit of the length class. */
  readonly length: number;
  /** The digit proportion as the bits of a float32. */
  readonly digits: number;
}

/** Gathers the distinct vectors of a sheet's cells. */
export class CellVectors {
  readonly #index = new VectorIndex();

  /**
   * The index of a cell's vector. In a merged range, style, value and text are those of the range's anchor.
   *
   * @param low The bits of the low word that the style decides.
   * @param high The bits of the high word that the style decides.
   * @param holds The bits of the low word that the value decides: `HAS_DATA`, `HAS_FORMULA`.
   * @param text What can be read there; null for nothing.
   * @param mark Bits of `Mark`.
   */
  add(low: number, high: number, holds: number, text: MeasuredText | null, mark = 0): number {
    let lowWord = low | holds | mergeBits(mark);
    let highWord = high;
    let digits = 0;
    // Whatever a covered cell holds is never seen.
    if (text !== null && (mark & Mark.Covered) === 0) {
      highWord |= text.length;
      digits = text.digits;
    } else {
      lowWord |= IS_VISIBLY_EMPTY;
      highWord |= LENGTH_S;
    }
    if (mark & Mark.Table) highWord |= IS_IN_TABLE;
    if (mark & Mark.TableHeader) highWord |= IS_IN_TABLE_HEADER;
    if (mark & Mark.Comment) highWord |= HAS_COMMENT;
    return this.#index.add(lowWord >>> 0, highWord >>> 0, digits, 0);
  }

  /** [K, 4] the vectors gathered so far; see `PackedGrid.vectors`. */
  vectors(): Uint32Array {
    return this.#index.vectors();
  }
}
