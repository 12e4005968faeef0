/** Lines that may go or come more often without a table's edge being touched. */

import { type Axis, lineCount, spanOf } from "./axis.ts";
import type { SheetDraft } from "./sheet-draft.ts";

/** Neighbouring lines, from 1, of which none is the first, second or last of any table. */
export interface FreeLines {
  readonly first: number;
  readonly last: number;
  /** They run through at least one table; all of them through the same ones. */
  readonly inTable: boolean;
  /** No table crosses them, but some lies before and some behind. */
  readonly between: boolean;
}

/** All free lines, in order, in pieces as long as can be. */
export function freeLines(draft: SheetDraft, axis: Axis): FreeLines[] {
  const count = lineCount(draft, axis);
  const isEdge = new Uint8Array(count + 2).fill(0);
  isEdge[0] = isEdge[count + 1] = 1;
  const spans = draft.ranges.map((range) => spanOf(range, axis));
  for (const [first, last] of spans) {
    isEdge[first] = 1;
    isEdge[last] = 1;
    if (first < last) isEdge[first + 1] = 1;
  }
  const found: FreeLines[] = [];
  for (let line = 1, first = 1; line <= count + 1; line++) {
    if (!isEdge[line]) continue;
    if (line > first) {
      const inTable = spans.some((span) => span[0] < first && first < span[1]);
      const between =
        !inTable && spans.some((span) => span[1] < first) && spans.some((span) => span[0] > first);
      found.push({ first, last: line - 1, inTable, between });
    }
    first = line + 1;
  }
  return found;
}
