/** Removes titles, notes and whatever else stands around tables. */

import type { Random } from "../base/random.ts";
import { overlaps, type Range } from "../base/range.ts";
import { HAS_DATA } from "../features/vector-bits.ts";
import { clearRange } from "./clear-range.ts";
import { forEachCell } from "./merged-cells.ts";
import { copyDraft, type SheetDraft } from "./sheet-draft.ts";

/**
 * A draft without some of the blocks outside tables. A block is a set of cells connected at sides or
 * corners; each is removed as a whole with the given probability. A block with a merged range that reaches
 * into a table stays.
 */
export function clearSurroundings(draft: SheetDraft, probability: number, random: Random): SheetDraft {
  let next = copyDraft(draft);
  const { width, ranges } = draft;
  const taken = new Uint8Array(draft.low.length);
  const take = (range: Range) =>
    forEachCell(range, width, (at) => {
      taken[at] = 1;
    });
  for (const range of ranges) take(range);
  for (const merge of draft.merges) if (ranges.some((range) => overlaps(range, merge))) take(merge);
  for (let start = 0; start < taken.length; start++) {
    if (taken[start] || !(draft.low[start]! & HAS_DATA)) continue;
    const block = connected(draft, taken, start);
    if (!random.chance(probability)) continue;
    for (const at of block) next = clearRange(next, cellAt(at, width));
  }
  return next;
}

/** The cells with data that are connected with `start`. Marks them in `taken`. */
function connected({ low, width, height }: SheetDraft, taken: Uint8Array, start: number): number[] {
  const found = [start];
  taken[start] = 1;
  for (let index = 0; index < found.length; index++) {
    const row = Math.floor(found[index]! / width);
    const column = found[index]! - row * width;
    for (let r = Math.max(0, row - 1); r <= Math.min(height - 1, row + 1); r++) {
      for (let c = Math.max(0, column - 1); c <= Math.min(width - 1, column + 1); c++) {
        const at = r * width + c;
        if (taken[at] || !(low[at]! & HAS_DATA)) continue;
        taken[at] = 1;
        found.push(at);
      }
    }
  }
  return found;
}

function cellAt(at: number, width: number): Range {
  const row = Math.floor(at / width) + 1;
  const column = (at % width) + 1;
  return { top: row, left: column, bottom: row, right: column };
}
