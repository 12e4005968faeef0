/**
 * Gives tables styles that they lack. Labels do not depend on styles. All cells of a merged range get the
 * style of its first cell.
 */

import type { Random } from "../base/random.ts";
import type { Range } from "../base/range.ts";
import { ColorBucket } from "../features/color-bucket.ts";
import {
  BOLD,
  BORDER_BOTTOM,
  BORDER_LEFT,
  BORDER_RIGHT,
  BORDER_TOP,
  FILL_BITS,
  FILL_COLOR,
} from "../features/vector-bits.ts";
import { forEachCell } from "./merged-cells.ts";
import type { SheetDraft } from "./sheet-draft.ts";
import { coverMerged } from "./take-lines.ts";

/** The fills on which black text can be read. White is none: it means no fill. */
const FILLS = [
  ColorBucket.Gray,
  ColorBucket.Red,
  ColorBucket.Yellow,
  ColorBucket.Green,
  ColorBucket.Blue,
  ColorBucket.Other,
];

/** In place: makes the first row of every table bold, fills it with one colour, or does both. */
export function paintHeaders(draft: SheetDraft, random: Random): void {
  const kind = random.integer(0, 2);
  const fill = FILL_COLOR[random.pick(FILLS)]!;
  for (const range of draft.ranges) {
    forEachCell({ ...range, bottom: range.top }, draft.width, (at) => {
      if (kind !== 1) draft.high[at]! |= BOLD;
      if (kind !== 0) draft.low[at] = (draft.low[at]! & ~FILL_BITS) | fill;
    });
  }
  for (const merge of draft.merges) coverMerged(draft, merge);
}

/**
 * In place: draws lines around all cells of every table, around each table, or above and below its first
 * row.
 */
export function drawLines(draft: SheetDraft, random: Random): void {
  const kind = random.integer(0, 2);
  for (const range of draft.ranges) {
    if (kind === 0) frameCells(draft, range, () => BORDER_LEFT | BORDER_RIGHT | BORDER_TOP | BORDER_BOTTOM);
    else if (kind === 1) frameCells(draft, range, (row, column) => outline(range, row, column));
    else frameCells(draft, { ...range, bottom: range.top }, () => BORDER_TOP | BORDER_BOTTOM);
  }
  for (const merge of draft.merges) coverMerged(draft, merge);
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
