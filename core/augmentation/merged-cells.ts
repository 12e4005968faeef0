/** Merged ranges in the features: four bits per cell say on which sides it is merged with its neighbour. */

import type { Range } from "../base/range.ts";
import { MERGE_BITS, MERGE_BOTTOM, MERGE_LEFT, MERGE_RIGHT, MERGE_TOP } from "../features/vector-bits.ts";

/**
 * The merged ranges of a grid, in reading order of their top left cells. Bits that form no rectangle, from
 * ranges that overlap in the file, are ignored.
 *
 * @param low [height, width], row-major: the low words of the cells' vectors.
 */
export function findMerges(low: Uint32Array, height: number, width: number): Range[] {
  const merges: Range[] = [];
  for (let at = 0; at < low.length; at++) {
    const bits = low[at]! & MERGE_BITS;
    if (bits === 0 || (bits & (MERGE_LEFT | MERGE_TOP)) !== 0) continue;
    const row = Math.floor(at / width);
    const column = at - row * width;
    let right = column;
    while (right + 1 < width && low[row * width + right]! & MERGE_RIGHT) right++;
    let bottom = row;
    while (bottom + 1 < height && low[bottom * width + column]! & MERGE_BOTTOM) bottom++;
    const range = { top: row + 1, left: column + 1, bottom: bottom + 1, right: right + 1 };
    if (isWhole(low, width, range)) merges.push(range);
  }
  return merges;
}

/**
 * Sets the bits of merged ranges in cells without any.
 *
 * @param low [height, width], row-major; changed in place.
 */
export function markMerges(low: Uint32Array, width: number, merges: readonly Range[]): void {
  for (const range of merges) {
    forEachCell(range, width, (at, row, column) => {
      low[at]! |= bitsAt(range, row, column);
    });
  }
}

/** Calls a function with the index of each cell in a row-major array, and its row and column from 1. */
export function forEachCell(
  { top, left, bottom, right }: Range,
  width: number,
  visit: (at: number, row: number, column: number) => void,
): void {
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      visit((row - 1) * width + column - 1, row, column);
    }
  }
}

/** Whether the cells of a range are merged with one another as a rectangle of more than one cell. */
function isWhole(low: Uint32Array, width: number, range: Range): boolean {
  let whole = range.bottom > range.top || range.right > range.left;
  forEachCell(range, width, (at, row, column) => {
    const expected = bitsAt(range, row, column);
    if ((low[at]! & expected) !== expected) whole = false;
    // A cropped grid may cut a range at its last row or column, but never at its first.
    if (low[at]! & ~expected & (MERGE_LEFT | MERGE_TOP)) whole = false;
  });
  return whole;
}

function bitsAt({ top, left, bottom, right }: Range, row: number, column: number): number {
  return (
    (column > left ? MERGE_LEFT : 0) |
    (column < right ? MERGE_RIGHT : 0) |
    (row > top ? MERGE_TOP : 0) |
    (row < bottom ? MERGE_BOTTOM : 0)
  );
}
