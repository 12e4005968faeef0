/** Joins two sheets to one. */

import { type Axis, lineCount } from "./axis.ts";
import { addMargins } from "./insert-blanks.ts";
import type { SheetDraft } from "./sheet-draft.ts";

/**
 * A draft with `second` below `first` (rows) or to its right (columns), with `gap` empty lines between them.
 *
 * @param gap Use 0 only where headers separate the two: otherwise tables that touch could be one.
 */
export function joinDrafts(first: SheetDraft, second: SheetDraft, axis: Axis, gap: number): SheetDraft {
  const other: Axis = axis === "rows" ? "columns" : "rows";
  const across = Math.max(lineCount(first, other), lineCount(second, other));
  const offset = lineCount(first, axis) + gap;
  // Both drafts grow to the whole size, with the empty cells of the first: each cell then comes from one of
  // them.
  const a = addMargins(
    addMargins(first, axis, 0, gap + lineCount(second, axis)),
    other,
    0,
    across - lineCount(first, other),
  );
  const b = addMargins(
    addMargins({ ...second, blank: first.blank }, axis, offset, 0),
    other,
    0,
    across - lineCount(second, other),
  );
  const isFirst = (at: number) => {
    const line = axis === "rows" ? Math.floor(at / a.width) : at % a.width;
    return line < offset;
  };
  const either = (of: (draft: SheetDraft) => Uint32Array) => {
    const [mine, others] = [of(a), of(b)];
    return mine.map((word, at) => (isFirst(at) ? word : others[at]!));
  };
  return {
    ...a,
    low: either(({ low }) => low),
    high: either(({ high }) => high),
    digits: either(({ digits }) => digits),
    hints: either(({ hints }) => hints),
    merges: [...a.merges, ...b.merges],
    ranges: [...a.ranges, ...b.ranges],
  };
}
