/** Transposes a sheet: its rows become its columns. */

import type { Range } from "../base/range.ts";
import { hintBits } from "../features/hints/hint-bits.ts";
import {
  BORDER_BITS,
  BORDER_BOTTOM,
  BORDER_LEFT,
  BORDER_RIGHT,
  BORDER_TOP,
} from "../features/vector-bits.ts";
import type { SheetDraft } from "./sheet-draft.ts";

const SAME_AS_LEFT = hintBits("same_as_left");
const SAME_AS_ABOVE = hintBits("same_as_above");
const COUNTS_ON_FROM_LEFT = hintBits("counts_on_from_left");
const COUNTS_ON_FROM_ABOVE = hintBits("counts_on_from_above");
/** A row that repeats is no column that does. */
const COMPARED =
  SAME_AS_LEFT | SAME_AS_ABOVE | COUNTS_ON_FROM_LEFT | COUNTS_ON_FROM_ABOVE | hintBits("row_repeats");

/** A draft in which row i, column j holds the cell of row j, column i. Borders change sides accordingly. */
export function transpose(draft: SheetDraft): SheetDraft {
  const { height, width, merges, ranges } = draft;
  const turn = (plane: Uint32Array) => {
    const turned = new Uint32Array(plane.length);
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        turned[column * height + row] = plane[row * width + column]!;
      }
    }
    return turned;
  };
  return {
    ...draft,
    height: width,
    width: height,
    low: turn(draft.low),
    high: turn(draft.high.map(turnBorders)),
    digits: turn(draft.digits),
    hints: turn(draft.hints.map(turnHints)),
    merges: merges.map(turnRange),
    ranges: ranges.map(turnRange),
  };
}

function turnRange({ top, left, bottom, right }: Range): Range {
  return { top: left, left: top, bottom: right, right: bottom };
}

function turnHints(word: number): number {
  return (
    (word & ~COMPARED) |
    (word & SAME_AS_LEFT ? SAME_AS_ABOVE : 0) |
    (word & SAME_AS_ABOVE ? SAME_AS_LEFT : 0) |
    (word & COUNTS_ON_FROM_LEFT ? COUNTS_ON_FROM_ABOVE : 0) |
    (word & COUNTS_ON_FROM_ABOVE ? COUNTS_ON_FROM_LEFT : 0)
  );
}

function turnBorders(word: number): number {
  return (
    (word & ~BORDER_BITS) |
    (word & BORDER_LEFT ? BORDER_TOP : 0) |
    (word & BORDER_TOP ? BORDER_LEFT : 0) |
    (word & BORDER_RIGHT ? BORDER_BOTTOM : 0) |
    (word & BORDER_BOTTOM ? BORDER_RIGHT : 0)
  );
}
