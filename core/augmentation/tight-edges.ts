/** Tests whether the outer lines of tables hold data, as in labels, and cuts those that do not. */

import type { Range } from "../base/range.ts";
import { HAS_DATA } from "../features/vector-bits.ts";
import { AXES, type Axis, spanOf, withSpan } from "./axis.ts";
import type { SheetDraft } from "./sheet-draft.ts";

/** Whether each of the four outer lines of a table has data. All cells of a merged range count. */
export function isTight(draft: SheetDraft, range: Range): boolean {
  return AXES.every((axis) => spanOf(range, axis).every((line) => hasData(draft, range, axis, line)));
}

/**
 * Whether every table that was tight before a change still is. Both drafts have the same tables in the same
 * order.
 */
export function staysTight(before: SheetDraft, after: SheetDraft): boolean {
  return after.ranges.every((range, index) => {
    return isTight(after, range) || !isTight(before, before.ranges[index]!);
  });
}

/** The range without the outer lines that hold no data; null if all of it is empty. */
export function tighten(draft: SheetDraft, range: Range): Range | null {
  let tight = range;
  for (const axis of AXES) {
    let [first, last] = spanOf(tight, axis);
    while (first <= last && !hasData(draft, tight, axis, first)) first++;
    while (last > first && !hasData(draft, tight, axis, last)) last--;
    if (first > last) return null;
    tight = withSpan(tight, axis, [first, last]);
  }
  return tight;
}

function hasData({ low, width }: SheetDraft, range: Range, axis: Axis, line: number): boolean {
  const { top, left, bottom, right } = withSpan(range, axis, [line, line]);
  for (let row = top; row <= bottom; row++) {
    for (let at = (row - 1) * width + left - 1; at < (row - 1) * width + right; at++) {
      if (low[at]! & HAS_DATA) return true;
    }
  }
  return false;
}
