/** Makes tables longer by repeating lines of their bodies. */

import type { Random } from "../base/random.ts";
import { type Axis, lineCount } from "./axis.ts";
import { freeLines } from "./free-lines.ts";
import type { SheetDraft } from "./sheet-draft.ts";
import { takeLines } from "./take-lines.ts";
import { staysTight } from "./tight-edges.ts";

/** The most lines of a block that is repeated. */
const BLOCK = { rows: 8, columns: 3 };
/** The most copies of a block. */
const COPIES = { rows: 4, columns: 2 };

/**
 * A draft in which a block of neighbouring lines inside a table is repeated several times in a row. None of
 * them is the first, second or last line of a table. The sheet grows to at most twice its lines.
 *
 * @param room The number of lines that the sheet may grow by.
 * @returns The draft itself where no table has such lines or there is no room.
 */
export function repeatLines(draft: SheetDraft, axis: Axis, room: number, random: Random): SheetDraft {
  const bodies = freeLines(draft, axis).filter(({ inTable }) => inTable);
  const count = lineCount(draft, axis);
  const most = Math.min(room, count);
  if (bodies.length === 0 || most < 1) return draft;
  const body = random.pick(bodies);
  const first = random.integer(body.first, body.last);
  const last = Math.min(body.last, first + random.integer(1, Math.min(BLOCK[axis], most)) - 1);
  const size = last - first + 1;
  const copies = random.integer(1, Math.min(COPIES[axis], Math.floor(most / size)));
  const lines: number[] = [];
  for (let line = 1; line <= count; line++) {
    lines.push(line);
    if (line !== last) continue;
    for (let copy = 0; copy < copies; copy++) for (let each = first; each <= last; each++) lines.push(each);
  }
  const next = takeLines(draft, axis, lines);
  return staysTight(draft, next) ? next : draft;
}
