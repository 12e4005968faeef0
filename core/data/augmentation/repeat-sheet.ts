/** A sheet several times on one, as reports by month or by place have the same tables over and over. */

import { BOLD, FILL_COLOR_SHIFT } from "../../features/vector-bits.ts";
import type { Random } from "../../random.ts";
import { type Axis, lineCount } from "./axis.ts";
import { deleteLines } from "./delete-lines.ts";
import { joinDrafts } from "./join-drafts.ts";
import type { SheetDraft } from "./sheet-draft.ts";

/** Most copies, and lines between them. */
const COPIES = 6;
const GAP = 3;
/** How often the copies touch where their headers tell them apart. */
const TOUCHING = 0.5;

/**
 * The draft two to six times below itself (rows) or beside itself (columns), each copy with lines of its own left out or none
 * of them. The distance is the same everywhere; there is none only below a sheet that is one table whose first row looks
 * like a header.
 *
 * @param room Lines that the result may have.
 * @returns The draft itself where there is no room for two.
 */
export function repeatSheet(draft: SheetDraft, axis: Axis, room: number, random: Random): SheetDraft {
  const touches = axis === "rows" && isHeadedTable(draft) && random.chance(TOUCHING);
  const gap = touches ? 0 : random.integer(1, GAP);
  const most = Math.min(COPIES, Math.floor(room / (lineCount(draft, axis) + gap)));
  if (most < 2) return draft;
  const varies = random.chance(0.5);
  const copy = () => (varies ? deleteLines(draft, axis, random) : draft);
  let joined = copy();
  for (let count = random.integer(2, most); count > 1; count--)
    joined = joinDrafts(joined, copy(), axis, gap);
  return joined;
}

/** True for one table and nothing else whose first row is bold or filled where the row below is not. */
function isHeadedTable({ ranges, height, width, low, high }: SheetDraft): boolean {
  const [table] = ranges;
  if (ranges.length !== 1 || !table) return false;
  const { top, left, bottom, right } = table;
  if (top !== 1 || left !== 1 || bottom !== height || right !== width || height < 3) return false;
  let differing = 0;
  for (let at = 0; at < width; at++) {
    const fill = (low[at]! ^ low[at + width]!) >>> FILL_COLOR_SHIFT;
    if ((fill & 0xff) !== 0 || (high[at]! & ~high[at + width]! & BOLD) !== 0) differing++;
  }
  return differing * 2 > width;
}
