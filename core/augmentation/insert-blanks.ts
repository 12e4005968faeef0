/** Inserts empty lines, which move things down, to the right or apart. */

import type { Random } from "../base/random.ts";
import { type Axis, lineCount, spanOf } from "./axis.ts";
import type { SheetDraft } from "./sheet-draft.ts";
import { BLANK_LINE, takeLines } from "./take-lines.ts";

/** A draft with `before` empty lines before everything and `behind` after it. */
export function addMargins(draft: SheetDraft, axis: Axis, before: number, behind: number): SheetDraft {
  if (before === 0 && behind === 0) return draft;
  const lines = Array.from({ length: lineCount(draft, axis) }, (_, index) => index + 1);
  const blanks = (count: number) => new Array<number>(count).fill(BLANK_LINE);
  return takeLines(draft, axis, [...blanks(before), ...lines, ...blanks(behind)]);
}

/**
 * A draft with 1 to `most` empty lines at one place, where they split no table and no merged range.
 *
 * @returns The draft itself where there is no such place.
 */
export function insertGap(draft: SheetDraft, axis: Axis, most: number, random: Random): SheetDraft {
  const count = lineCount(draft, axis);
  const parted = new Uint8Array(count + 1); // 1: something crosses the end of this line
  for (const range of [...draft.ranges, ...draft.merges]) {
    const [first, last] = spanOf(range, axis);
    parted.fill(1, first, last);
  }
  const places: number[] = [];
  for (let line = 1; line < count; line++) if (!parted[line]) places.push(line);
  if (places.length === 0 || most < 1) return draft;
  const place = random.pick(places);
  const blanks = random.integer(1, most);
  const lines: number[] = [];
  for (let line = 1; line <= count; line++) {
    lines.push(line);
    if (line === place) for (let blank = 0; blank < blanks; blank++) lines.push(BLANK_LINE);
  }
  return takeLines(draft, axis, lines);
}
