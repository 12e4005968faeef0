/** Permutes columns inside tables, whose order says nothing about where a table ends. */

import type { Random } from "../base/random.ts";
import { overlaps, type Range } from "../base/range.ts";
import { HAS_DATA } from "../features/vector-bits.ts";
import type { SheetDraft } from "./sheet-draft.ts";

/** The first columns of a table, which stay: they may be row headers. */
const HEADING_COLUMNS = 2;

/**
 * Permutes the columns between the second and the last of every table, in place. Columns that a merged
 * range touches stay where they are, and so does everything outside tables. Cells stay in their rows, so
 * that tight edges stay tight. A table without a heading over some column is not changed, as the heading
 * before may be that of both columns.
 */
export function shuffleColumns(draft: SheetDraft, random: Random): void {
  for (const range of draft.ranges) {
    const free = freeColumns(draft, range);
    if (free.length < 2) continue;
    const from = random.shuffled(free);
    for (let row = range.top; row <= range.bottom; row++) {
      const start = (row - 1) * draft.width - 1;
      for (const words of [draft.low, draft.high, draft.digits, draft.hints]) {
        const values = from.map((column) => words[start + column]!);
        for (const [index, column] of free.entries()) words[start + column] = values[index]!;
      }
    }
  }
}

function freeColumns({ merges, ranges, low, width }: SheetDraft, range: Range): number[] {
  const free: number[] = [];
  for (let column = range.left; column <= range.right; column++) {
    if ((low[(range.top - 1) * width + column - 1]! & HAS_DATA) === 0) return free;
  }
  for (let column = range.left + HEADING_COLUMNS; column < range.right; column++) {
    const own = { ...range, left: column, right: column };
    const isShared = ranges.some((other) => other !== range && overlaps(other, own));
    if (!isShared && !merges.some((merge) => overlaps(merge, own))) free.push(column);
  }
  return free;
}
