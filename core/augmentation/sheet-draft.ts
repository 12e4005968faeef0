/** A sheet that is being changed: the vectors of its cells in four planes, merged ranges as ranges. */

import type { Range } from "../base/range.ts";
import { ColorBucket } from "../features/color-bucket.ts";
import { packCells, VectorIndex } from "../features/packed-grid.ts";
import {
  BORDER_BITS,
  DIGITS_WORD,
  FONT_COLOR,
  FONT_SIZE_M,
  HAS_COMMENT,
  HAS_DATA,
  HAS_FORMULA,
  HIGH_WORD,
  HINTS_WORD,
  IS_IN_TABLE,
  IS_IN_TABLE_HEADER,
  IS_LOCKED,
  IS_VISIBLY_EMPTY,
  LENGTH_BITS,
  LENGTH_S,
  LOW_WORD,
  MERGE_BITS,
  VECTOR_WORDS,
  WHITE_FILL_BIT,
} from "../features/vector-bits.ts";
import type { LabelledGrid } from "./labelled-grid.ts";
import { findMerges, markMerges } from "./merged-cells.ts";

/** The channels that belong to a cell itself, even inside a merged range. */
export const OWN_BITS = IS_IN_TABLE | IS_IN_TABLE_HEADER | HAS_COMMENT;

/**
 * A sheet that can be changed. The planes `low`, `high`, `digits` and `hints` hold the words of
 * `PackedGrid.vectors`, [height, width] row-major, without the four bits of merged ranges. A draft owns its
 * arrays; `copyDraft` copies them.
 */
export interface SheetDraft {
  readonly height: number;
  readonly width: number;
  readonly low: Uint32Array;
  readonly high: Uint32Array;
  readonly digits: Uint32Array;
  /**
   * Hints that compare a cell with others stay as they were in the sheet that was read, even where lines
   * between the two were left out.
   */
  readonly hints: Uint32Array;
  /** The merged ranges, of at least two cells each and without overlap. */
  readonly merges: readonly Range[];
  readonly ranges: readonly Range[];
  /** The words of an empty cell of this sheet. */
  readonly blank: { readonly low: number; readonly high: number };
}

/** A draft of the sheet. The sheet itself is not changed. */
export function openDraft({ grid, ranges }: LabelledGrid): SheetDraft {
  const { height, width, vectors, cells } = grid;
  const [low, high, digits, hints] = [LOW_WORD, HIGH_WORD, DIGITS_WORD, HINTS_WORD].map((word) => {
    return Uint32Array.from(cells, (index) => vectors[index * VECTOR_WORDS + word]!);
  }) as [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
  const hasMerges = vectors.some((word, at) => at % VECTOR_WORDS === LOW_WORD && (word & MERGE_BITS) !== 0);
  const merges = hasMerges ? findMerges(low, height, width) : [];
  if (hasMerges) for (let at = 0; at < low.length; at++) low[at]! &= ~MERGE_BITS;
  return { height, width, low, high, digits, hints, merges, ranges, blank: commonBlank(low, high) };
}

/** The sheet of a draft. The draft can still be used. */
export function closeDraft(draft: SheetDraft): LabelledGrid {
  const { height, width, high, digits, hints, merges, ranges } = draft;
  const low = merges.length > 0 ? draft.low.slice() : draft.low;
  markMerges(low, width, merges);
  const vectors = new VectorIndex();
  const cells = Uint32Array.from(low, (word, at) => vectors.add(word, high[at]!, digits[at]!, hints[at]!));
  return { grid: packCells(height, width, cells, vectors.vectors()), ranges };
}

/** A draft with arrays of its own. */
export function copyDraft(draft: SheetDraft): SheetDraft {
  const { low, high, digits, hints } = draft;
  return { ...draft, low: low.slice(), high: high.slice(), digits: digits.slice(), hints: hints.slice() };
}

/** Clears the cell at index `at` in place, its style included. */
export function clearCell({ low, high, digits, hints, blank }: SheetDraft, at: number): void {
  low[at] = blank.low;
  high[at] = blank.high;
  digits[at] = 0;
  hints[at] = 0;
}

/** Clears the value of the cell at index `at` in place; its style stays. */
export function clearValue({ low, high, digits, hints }: SheetDraft, at: number): void {
  low[at] = (low[at]! & ~(HAS_DATA | HAS_FORMULA)) | IS_VISIBLY_EMPTY;
  high[at] = (high[at]! & ~(LENGTH_BITS | HAS_COMMENT)) | LENGTH_S;
  digits[at] = 0;
  hints[at] = 0;
}

const PLAIN_LOW = IS_VISIBLY_EMPTY | FONT_COLOR[ColorBucket.Black]! | WHITE_FILL_BIT;
const PLAIN_HIGH = LENGTH_S | FONT_SIZE_M | IS_LOCKED;

/**
 * The most frequent vector of an empty, unmarked cell without borders; Excel's default where there is none.
 */
function commonBlank(low: Uint32Array, high: Uint32Array): SheetDraft["blank"] {
  const seen = new VectorIndex();
  const counts: number[] = [];
  let best = { low: PLAIN_LOW, high: PLAIN_HIGH };
  let most = 0;
  for (let at = 0; at < low.length; at++) {
    const [lowWord, highWord] = [low[at]!, high[at]!];
    if ((lowWord & (HAS_DATA | IS_VISIBLY_EMPTY)) !== IS_VISIBLY_EMPTY) continue;
    if ((highWord & (BORDER_BITS | OWN_BITS)) !== 0) continue;
    const index = seen.add(lowWord, highWord, 0, 0);
    const count = (counts[index] ?? 0) + 1;
    counts[index] = count;
    if (count > most) {
      most = count;
      best = { low: lowWord, high: highWord };
    }
  }
  return best;
}
