/** Repeats a sheet on itself, as reports by month or by place repeat their tables. */

import type { Random } from "../base/random.ts";
import type { Range } from "../base/range.ts";
import { BOLD, FILL_BITS, HAS_DATA, WHITE_FILL_BIT } from "../features/vector-bits.ts";
import { type Axis, lineCount } from "./axis.ts";
import { deleteLines } from "./delete-lines.ts";
import { joinDrafts } from "./join-drafts.ts";
import type { SheetDraft } from "./sheet-draft.ts";

/** The most copies. */
const COPIES = 6;
/** The most empty lines between two copies. */
const GAP = 3;
/** The probability that copies touch where their headers separate them. */
const TOUCHING = 0.5;

/**
 * The draft two to six times below itself (rows) or beside itself (columns), with the same number of empty
 * lines between any two copies. Either all copies are equal or lines are left out of each by itself.
 *
 * Copies go below one another only where the first row of every table looks like a header: records without
 * a header would look like more rows of the table above. Copies touch only where the sheet is nothing but
 * one table whose header is texts over numbers, which no change of styles removes.
 *
 * @param room The number of lines that the result may have.
 * @returns The draft itself where two copies have no room, or where no header separates them.
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

/** Whether the sheet is one table and nothing else. */
function isWhole({ ranges: [table, ...others], height, width }: SheetDraft): boolean {
  if (!table || others.length > 0) return false;
  return table.top === 1 && table.left === 1 && table.bottom === height && table.right === width;
}

/**
 * Whether most cells of the first row are texts over numbers or, with `byStyle`, bold or filled unlike
 * those below.
 */
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
