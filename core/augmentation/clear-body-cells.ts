/** Makes tables sparser by clearing values. */

import type { Random } from "../base/random.ts";
import { HAS_DATA } from "../features/vector-bits.ts";
import { forEachCell } from "./merged-cells.ts";
import type { SheetDraft } from "./sheet-draft.ts";
import { clearValue } from "./sheet-draft.ts";

/**
 * Clears values, not styles, of table bodies in place, each with the probability `share`. Merged ranges,
 * the first two rows, the last row, the first and the last column stay.
 */
export function clearBodyCells(draft: SheetDraft, share: number, random: Random): void {
  const { width, low, ranges } = draft;
  const merged = new Uint8Array(low.length);
  for (const merge of draft.merges)
    forEachCell(merge, width, (at) => {
      merged[at] = 1;
    });
  for (const { top, left, bottom, right } of ranges) {
    const body = { top: top + 2, left: left + 1, bottom: bottom - 1, right: right - 1 };
    forEachCell(body, width, (at) => {
      if (low[at]! & HAS_DATA && !merged[at] && random.chance(share)) clearValue(draft, at);
    });
  }
}
