/** Makes a sheet of the lines of another one: how lines are left out, repeated, moved and added. */

import type { Range } from "../base/range.ts";
import { IS_VISIBLY_EMPTY, LENGTH_BITS, LENGTH_S } from "../features/vector-bits.ts";
import { type Axis, lineCount, spanOf, withSpan } from "./axis.ts";
import { forEachCell } from "./merged-cells.ts";
import { OWN_BITS, type SheetDraft } from "./sheet-draft.ts";

/** Stands for an empty line in a list of lines. */
export const BLANK_LINE = 0;

/**
 * A sheet of the given lines of another one.
 *
 * A table reaches from the first to the last place of its lines; a table without any is left out. What is
 * left of a merged range stays merged and keeps its text; where a line of it is repeated out of order it
 * becomes two.
 *
 * @param lines Rows or columns from 1 in their new order, at least one; `BLANK_LINE` stands for an empty
 * one.
 * @returns A new draft.
 */
export function takeLines(draft: SheetDraft, axis: Axis, lines: readonly number[]): SheetDraft {
  const height = axis === "rows" ? lines.length : draft.height;
  const width = axis === "rows" ? draft.width : lines.length;
  const { blank } = draft;
  const low = new Uint32Array(height * width).fill(blank.low);
  const high = new Uint32Array(height * width).fill(blank.high);
  const digits = new Uint32Array(height * width);
  const hints = new Uint32Array(height * width);
  for (const [place, line] of lines.entries()) {
    if (line === BLANK_LINE) continue;
    if (axis === "rows") {
      const from = (line - 1) * width;
      low.set(draft.low.subarray(from, from + width), place * width);
      high.set(draft.high.subarray(from, from + width), place * width);
      digits.set(draft.digits.subarray(from, from + width), place * width);
      hints.set(draft.hints.subarray(from, from + width), place * width);
    } else {
      for (let to = place, from = line - 1; to < low.length; to += width, from += draft.width) {
        low[to] = draft.low[from]!;
        high[to] = draft.high[from]!;
        digits[to] = draft.digits[from]!;
        hints[to] = draft.hints[from]!;
      }
    }
  }
  const places = placesOf(lines, lineCount(draft, axis));
  const ranges = draft.ranges.flatMap((range) => {
    const found = pieces(range, axis, lines, places);
    const [first, last] = [found[0], found.at(-1)];
    return first && last ? [withSpan(range, axis, [first[0], last[1]])] : [];
  });
  const next = { ...draft, height, width, low, high, digits, hints, ranges };
  const merges: Range[] = [];
  for (const merge of draft.merges) {
    for (const span of pieces(merge, axis, lines, places)) {
      const piece = withSpan(merge, axis, span);
      copyAnchor(draft, merge, next, (piece.top - 1) * width + piece.left - 1);
      if (piece.bottom > piece.top || piece.right > piece.left) merges.push(piece);
    }
  }
  for (const merge of merges) coverMerged(next, merge);
  return { ...next, merges };
}

/** The first and the last place (from 1) of each line (from 1); 0 for a line without a place. */
function placesOf(lines: readonly number[], count: number): { first: Uint32Array; last: Uint32Array } {
  const first = new Uint32Array(count + 1);
  const last = new Uint32Array(count + 1);
  for (const [place, line] of lines.entries()) {
    if (first[line] === 0) first[line] = place + 1;
    last[line] = place + 1;
  }
  return { first, last };
}

/**
 * The unbroken pieces of a range: the first and the last place, from 1, of each. A piece ends where another
 * line comes between or the order goes back; a range of one line has a piece for each place.
 */
function pieces(
  range: Range,
  axis: Axis,
  lines: readonly number[],
  { first, last }: ReturnType<typeof placesOf>,
): [first: number, last: number][] {
  const [from, to] = spanOf(range, axis);
  let begin = Number.POSITIVE_INFINITY;
  let end = 0;
  for (let line = from; line <= to; line++) {
    if (first[line] === 0) continue;
    begin = Math.min(begin, first[line]!);
    end = Math.max(end, last[line]!);
  }
  const found: [number, number][] = [];
  for (let place = begin, before = 0; place <= end; place++) {
    const line = lines[place - 1]!;
    const inside = line >= from && line <= to;
    if (inside && before !== 0 && line >= before && from < to) found.at(-1)![1] = place;
    else if (inside) found.push([place, place]);
    before = inside ? line : 0;
  }
  return found;
}

/**
 * Copies the value and style of a merged range to a cell of another draft. The cell keeps its `OWN_BITS`.
 */
function copyAnchor(from: SheetDraft, merge: Range, to: SheetDraft, at: number): void {
  const anchor = (merge.top - 1) * from.width + merge.left - 1;
  to.low[at] = from.low[anchor]!;
  to.high[at] = (from.high[anchor]! & ~OWN_BITS) | (to.high[at]! & OWN_BITS);
  to.digits[at] = from.digits[anchor]!;
  to.hints[at] = from.hints[anchor]!;
}

/** Makes all cells of a merged range but the first look covered, in place. */
export function coverMerged(draft: SheetDraft, merge: Range): void {
  const { low, high, digits, hints, width } = draft;
  const anchor = (merge.top - 1) * width + merge.left - 1;
  forEachCell(merge, width, (at) => {
    if (at === anchor) return;
    low[at] = low[anchor]! | IS_VISIBLY_EMPTY;
    high[at] = (high[anchor]! & ~(LENGTH_BITS | OWN_BITS)) | LENGTH_S | (high[at]! & OWN_BITS);
    digits[at] = 0;
    hints[at] = hints[anchor]!;
  });
}
