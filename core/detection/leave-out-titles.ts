/** Takes titles out of boxes: a merged line of text above a table belongs to no column (docs/accuracy.md). */

import type { PackedGrid } from "../features/packed-grid.ts";
import {
  HAS_DATA,
  IS_VISIBLY_EMPTY,
  LOW_WORD,
  MERGE_BOTTOM,
  MERGE_RIGHT,
  VECTOR_WORDS,
} from "../features/vector-bits.ts";
import { boxDistance } from "../proposals/box-distance.ts";
import type { ScoredBox } from "../proposals/select.ts";

/** What is left below a title has at least these rows: a header and one line. */
const LEAST_ROWS = 2;

/**
 * Moves the top edge of every box below its title rows, and below the empty rows under them. A title row
 * shows a single cell, in the box's first column, which is merged to the right and not downwards.
 *
 * @param boxes In cells, counted from 0; x2 and y2 are the first column and row behind the box.
 * @returns The boxes without titles. Of boxes that become the same, the one with the best score is left.
 */
export function leaveOutTitles(boxes: readonly ScoredBox[], grid: PackedGrid): ScoredBox[] {
  const kept: ScoredBox[] = [];
  for (const box of boxes) {
    const own = belowTitles(box, grid);
    const same = kept.findIndex((other) => boxDistance(other, own) === 0);
    if (same === -1) kept.push(own);
    else if (own.score > kept[same]!.score) kept[same] = own;
  }
  return kept;
}

function belowTitles(box: ScoredBox, grid: PackedGrid): ScoredBox {
  let { y1 } = box;
  while (box.y2 - y1 > LEAST_ROWS && isTitle(box, y1, grid)) {
    y1++;
    while (box.y2 - y1 > LEAST_ROWS && shownCells(box, y1, grid).length === 0) y1++;
  }
  return y1 === box.y1 ? box : { ...box, y1 };
}

function isTitle(box: ScoredBox, row: number, grid: PackedGrid): boolean {
  const [first, another] = shownCells(box, row, grid);
  if (first !== box.x1 || another !== undefined) return false;
  return (lowWord(first, row, grid) & (MERGE_RIGHT | MERGE_BOTTOM)) === MERGE_RIGHT;
}

/** The columns of a row of a box that show a value of their own: in a merged range, that of its anchor. */
function shownCells({ x1, x2 }: ScoredBox, row: number, grid: PackedGrid): number[] {
  const found: number[] = [];
  for (let column = x1; column < x2; column++) {
    if ((lowWord(column, row, grid) & (HAS_DATA | IS_VISIBLY_EMPTY)) === HAS_DATA) found.push(column);
  }
  return found;
}

function lowWord(column: number, row: number, { vectors, cells, width }: PackedGrid): number {
  return vectors[cells[row * width + column]! * VECTOR_WORDS + LOW_WORD]!;
}
