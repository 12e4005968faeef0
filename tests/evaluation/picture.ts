/** Grids and ranges for tests, as people would draw and write them. */

import { parseRange, type Range } from "../../core/base/range.ts";
import { CHANNEL_COUNT } from "../../core/features/grid.ts";
import { type PackedGrid, packGrid } from "../../core/features/packed-grid.ts";

const IS_VISIBLY_EMPTY = 3;
const WHITE_FILL = 17;
const DIGIT_PROPORTION = 24;
const LENGTH_S = 25;
const LENGTH_L = 27;

/** A row a string: `x` is a short text, `L` one of 50 characters or more, `9` a number, anything else an empty cell. */
export function picture(...rows: string[]): PackedGrid {
  const [height, width] = [rows.length, rows[0]!.length];
  const data = new Float32Array(height * width * CHANNEL_COUNT);
  rows.forEach((row, r) => {
    [...row].forEach((mark, c) => {
      const at = (r * width + c) * CHANNEL_COUNT;
      const isFilled = /[xL9]/.test(mark);
      data[at + (isFilled ? 0 : IS_VISIBLY_EMPTY)] = 1;
      data[at + WHITE_FILL] = 1;
      data[at + (mark === "L" ? LENGTH_L : LENGTH_S)] = 1;
      if (mark === "9") data[at + DIGIT_PROPORTION] = 1;
    });
  });
  return packGrid({ height, width, data });
}

/** `A1:B2 D1:E9` → two ranges; "" → none. */
export function ranges(text: string): Range[] {
  return text.split(" ").flatMap((each) => (each === "" ? [] : parseRange(each)!));
}
