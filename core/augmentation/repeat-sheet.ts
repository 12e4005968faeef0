/** A sheet several times on one, as reports by month or by place have the same tables over and over. */

import type { Random } from "../base/random.ts";
import type { Range } from "../base/range.ts";
import { BOLD, FILL_BITS, HAS_DATA, WHITE_FILL_BIT } from "../features/vector-bits.ts";
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
 * of them, and as many empty lines between any two. Below one another there are copies only where every table has a first
 * row that looks like a header: records without one would go on the table above. They touch only where the sheet is one table
 * and nothing else with a header of texts over numbers, which no change of styles takes away.
 *
 * @param room Lines that the result may have.
 * @returns The draft itself where there is no room for two, or no header tells copies apart.
 */
export function repeatSheet(draft: SheetDraft, axis: Axis, room: number, random: Random): SheetDraft {
  if (axis === "rows" && !draft.ranges.every((range) => isHeaded(draft, range, true))) return draft;
  const touches =
    axis === "rows" && isWhole(draft) && isHeaded(draft, draft.ranges[0]!, false) && random.chance(TOUCHING);
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

/** True for one table and nothing else. */
function isWhole({ ranges: [table, ...others], height, width }: SheetDraft): boolean {
  if (!table || others.length > 0) return false;
  return table.top === 1 && table.left === 1 && table.bottom === height && table.right === width;
}

/** True if most cells of a table's first row are texts over numbers, or (`byStyle`) bold or filled where those below are not. */
function isHeaded({ low, high, digits, width }: SheetDraft, table: Range, byStyle: boolean): boolean {
  const { top, left, bottom, right } = table;
  if (bottom - top < 2) return false;
  let told = 0;
  for (let at = (top - 1) * width + left - 1; at < (top - 1) * width + right; at++) {
    const below = at + width;
    const hasValues = (low[at]! & low[below]! & HAS_DATA) !== 0;
    const isTextOverNumber = hasValues && digits[at] === 0 && digits[below] !== 0;
    const isFilled =
      (low[at]! & FILL_BITS) !== WHITE_FILL_BIT && (low[at]! & FILL_BITS) !== (low[below]! & FILL_BITS);
    const isBold = (high[at]! & ~high[below]! & BOLD) !== 0;
    if (isTextOverNumber || (byStyle && (isFilled || isBold))) told++;
  }
  return told * 2 > right - left + 1;
}
