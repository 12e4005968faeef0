/** Tables below one another on one sheet. */

import { weighted } from "../draw.ts";
import { type Look, withOtherTables } from "../looks/look.ts";
import { planTable, type TableSize } from "../plans/plan-table.ts";
import type { TablePlan } from "../plans/table-plan.ts";
import { type Block, type Placed, stack } from "./block.ts";
import type { SheetAuthor } from "./sheet-author.ts";
import { asideBlock } from "./small-blocks.ts";
import { type TableBlock, tableBlock } from "./table-block.ts";
import { GAPS } from "./table-surroundings.ts";
import { notesBlock } from "./text-blocks.ts";
import { captionBlock, titleBlock } from "./title-blocks.ts";
import { hasNumbersBelow, hasStyledHeader } from "./touching-tables.ts";

/** What the tables of a stack have in common. */
interface StackHabits {
  readonly hasCaptions: boolean;
  readonly isNumbered: boolean;
  /** Empty rows between two tables; null where each gap is drawn by itself. */
  readonly usualGap: number | null;
  /** Empty rows between a caption and its table. */
  readonly captionGap: number;
  /** Columns of every table; null where each has a width of its own. */
  readonly width: number | null;
  readonly title: Block | null;
  /** The plan of every table; null where each has a plan of its own. */
  readonly repeated: TablePlan | null;
}

/**
 * `count` tables below one another, each with a caption, with notes or with neither.
 *
 * @param mostRows The most body rows of a table.
 */
export function stackedTables(author: SheetAuthor, count: number, mostRows: number): Block {
  const random = author.random;
  const habits = drawStackHabits(author, count, mostRows);
  const placed: Placed[] = habits.title ? [{ block: habits.title }] : [];
  let look = author.look;
  for (let index = 0; index < count; index++) {
    if (random.chance(0.12)) look = withOtherTables(random, author.look);
    const table = drawTable(author, habits, author.size(count, mostRows), look);
    const mayTouch = drawTouch(author, habits, table, look);
    const gap = placed.length === 0 || mayTouch ? 0 : (habits.usualGap ?? random.integer(1, 4));
    const shift = random.chance(0.06) ? random.integer(1, 3) : 0;
    if (habits.hasCaptions) {
      const text = habits.isNumbered ? `Table ${index + 1}` : null;
      const caption = captionBlock(random, author.domain, author.look, text, table.tableWidth);
      placed.push({ block: caption, gap: placed.length === 0 ? 0 : Math.max(1, gap), shift });
      placed.push({ block: table, gap: habits.captionGap, shift });
    } else placed.push({ block: table, gap, shift });
    const below = drawBelow(author, table, shift);
    if (below) placed.push(below);
  }
  return stack(placed);
}

function drawStackHabits(author: SheetAuthor, count: number, mostRows: number): StackHabits {
  const { random, domain, look } = author;
  const hasCaptions = random.chance(0.5);
  const isNumbered = random.chance(0.4);
  const isAlike = random.chance(0.55);
  const hasUsualGap = random.chance(0.6);
  const usualGap = weighted(random, [
    [1, 5],
    [2, 4],
    [3, 1],
    [5, 0.5],
  ]);
  const first = author.size(count, mostRows);
  return {
    hasCaptions,
    isNumbered,
    usualGap: hasUsualGap ? usualGap : null,
    width: isAlike ? first.width : null,
    title: random.chance(0.4) ? titleBlock(random, domain, look, first.width) : null,
    captionGap: random.chance(0.55) ? 0 : 1,
    repeated: random.chance(0.22) ? planTable(random, domain, first) : null,
  };
}

function drawTable(author: SheetAuthor, habits: StackHabits, size: TableSize, look: Look): TableBlock {
  if (habits.repeated) return tableBlock(author.random, habits.repeated, look);
  return author.table({ ...size, width: habits.width ?? size.width }, false, look);
}

/** Whether a table follows the one above it without a gap. */
function drawTouch(
  { random }: SheetAuthor,
  { repeated }: StackHabits,
  { plan }: TableBlock,
  look: Look,
): boolean {
  const isRecognisable = hasStyledHeader(look, plan) || (repeated !== null && hasNumbersBelow(repeated));
  return isRecognisable && random.chance(repeated ? 0.4 : 0.12);
}

/** Notes or something small below a table; null: nothing. */
function drawBelow(author: SheetAuthor, { tableWidth }: TableBlock, shift: number): Placed | null {
  const random = author.random;
  if (random.chance(0.1)) {
    const notes = notesBlock(random, author.domain, author.look, tableWidth);
    return { block: notes, gap: weighted(random, GAPS), shift };
  }
  if (!random.chance(0.05)) return null;
  return { block: asideBlock(author), gap: random.integer(1, 2), shift };
}
