/** Clears a rectangle. */

import { overlaps, type Range } from "../base/range.ts";
import { forEachCell } from "./merged-cells.ts";
import { clearCell, type SheetDraft } from "./sheet-draft.ts";

/**
 * Clears the cells of a range, and of merged ranges that reach into it, in place; styles go too.
 *
 * @returns The draft without those merged ranges.
 */
export function clearRange(draft: SheetDraft, range: Range): SheetDraft {
  const clear = (cells: Range) => forEachCell(cells, draft.width, (at) => clearCell(draft, at));
  clear(range);
  const merges = draft.merges.filter((merge) => {
    if (!overlaps(merge, range)) return true;
    clear(merge);
    return false;
  });
  return { ...draft, merges };
}
