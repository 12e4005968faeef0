/** Gives tables styles that they do not have, as people format what others left plain. Labels do not depend on them. */

import type { Range } from "../../excel/range.ts";
import {
  BOLD,
  BORDER_BOTTOM,
  BORDER_LEFT,
  BORDER_RIGHT,
  BORDER_TOP,
  FILL_COLOR_SHIFT,
} from "../../features/vector-bits.ts";
import type { Random } from "../../random.ts";
import { forEachCell } from "./merged-cells.ts";
import type { SheetDraft } from "./sheet-draft.ts";

const BUCKETS = 8;
const WHITE = 1;
const FILL_MASK = 0xff << FILL_COLOR_SHIFT;

/** In place: the first row of every table becomes bold, or filled with one colour, or both. */
export function paintHeaders(draft: SheetDraft, random: Random): void {
  const kind = random.integer(0, 2);
  const buckets = Array.from({ length: BUCKETS }, (_, bucket) => bucket).filter((bucket) => bucket !== WHITE);
  const fill = 1 << (FILL_COLOR_SHIFT + random.pick(buckets));
  for (const range of draft.ranges) {
    forEachCell({ ...range, bottom: range.top }, draft.width, (at) => {
      if (kind !== 1) draft.high[at]! |= BOLD;
      if (kind !== 0) draft.low[at] = (draft.low[at]! & ~FILL_MASK) | fill;
    });
  }
}

/** In place: lines around all cells of every table, around each table as a whole, or above and below its first row. */
export function drawLines(draft: SheetDraft, random: Random): void {
  const kind = random.integer(0, 2);
  for (const range of draft.ranges) {
    if (kind === 0) frameCells(draft, range, () => BORDER_LEFT | BORDER_RIGHT | BORDER_TOP | BORDER_BOTTOM);
    else if (kind === 1) frameCells(draft, range, (row, column) => outline(range, row, column));
    else frameCells(draft, { ...range, bottom: range.top }, () => BORDER_TOP | BORDER_BOTTOM);
  }
}

function frameCells(draft: SheetDraft, range: Range, bitsAt: (row: number, column: number) => number): void {
  forEachCell(range, draft.width, (at, row, column) => {
    draft.high[at]! |= bitsAt(row, column);
  });
}

function outline({ top, left, bottom, right }: Range, row: number, column: number): number {
  return (
    (row === top ? BORDER_TOP : 0) |
    (row === bottom ? BORDER_BOTTOM : 0) |
    (column === left ? BORDER_LEFT : 0) |
    (column === right ? BORDER_RIGHT : 0)
  );
}
