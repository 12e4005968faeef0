/** Finds lines that can be left out or repeated without touching the edge of a table. */

import { type Axis, lineCount, spanOf } from "./axis.ts";
import type { SheetDraft } from "./sheet-draft.ts";

/** A run of neighbouring lines, from 1, none of which is the first, second or last line of a table. */
export interface FreeLines {
  readonly first: number;
  readonly last: number;
  /** Whether they cross tables; all of them cross the same ones. */
  readonly inTable: boolean;
  /** Whether they lie between tables and cross none. */
  readonly between: boolean;
}

/** All free lines in order, in the longest possible runs. */
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
