/** Gives all cells of a merged range the hints of its first cell, as the channels "of the anchor" are. */

import { type CellMarks, Mark } from "../cell-marks.ts";

/**
 * @param hints [height, width] row-major; changed in place.
 * @param marks What covers the cells; null where nothing does.
 * @returns `hints`.
 */
export function spreadHints(hints: Uint32Array, marks: CellMarks | null): Uint32Array {
  if (marks === null) return hints;
  for (let at = 0; at < hints.length; at++) {
    if ((marks.marks[at]! & Mark.Covered) !== 0) hints[at] = hints[marks.anchor(at)]!;
  }
  return hints;
}
