/** Tables beside one another on one sheet. */

import { weighted } from "../draw.ts";
import { type Look, withOtherTables } from "../looks/look.ts";
import { planTable } from "../plans/plan-table.ts";
import { type Block, beside, type Placed, stack } from "./block.ts";
import type { SheetAuthor } from "./sheet-author.ts";
import { asideBlock } from "./small-blocks.ts";
import { type TableBlock, tableBlock } from "./table-block.ts";
import { GAPS } from "./table-surroundings.ts";
import { notesBlock } from "./text-blocks.ts";
import { captionBlock, titleBlock } from "./title-blocks.ts";
import { hasStyledHeader } from "./touching-tables.ts";

/** What the tables of a row have in common. */
interface RowHabits {
  readonly count: number;
  /** The most body rows of a table. */
  readonly mostRows: number;
  readonly hasCaptions: boolean;
  readonly isNarrow: boolean;
  /** Empty columns between most of the tables. */
  readonly usualGap: number;
}

/**
 * `count` tables beside one another, sometimes with something else between them, under a title and over
 * notes.
 *
 * @param mostRows The most body rows of a table.
 */
export function tablesBeside(author: SheetAuthor, count: number, mostRows: number): Block {
  const random = author.random;
  const habits: RowHabits = {
    count,
    mostRows,
    hasCaptions: random.chance(0.4),
    isNarrow: random.chance(0.5),
    usualGap: weighted(random, [
      [1, 7],
      [2, 3],
      [3, 1],
    ]),
  };
  const row = beside(random.chance(0.15) ? equalTables(author, habits) : differentTables(author, habits));
  const rows: Placed[] = [];
  if (random.chance(0.35))
    rows.push({ block: titleBlock(random, author.domain, author.look, Math.min(8, row.width)) });
  rows.push({ block: row, gap: weighted(random, GAPS) });
  if (random.chance(0.2))
    rows.push({ block: notesBlock(random, author.domain, author.look, 4), gap: random.integer(1, 3) });
  return stack(rows);
}

/**
 * The same table for other years or places: of equal height, with only gaps and labels to tell them apart.
 */
function equalTables(author: SheetAuthor, { count, mostRows, usualGap }: RowHabits): Placed[] {
  const { random, domain, look } = author;
  const plan = planTable(random, domain, author.narrowSize(count, mostRows, random.chance(0.4)));
  return Array.from({ length: count }, () => ({ block: tableBlock(random, plan, look), gap: usualGap }));
}

function differentTables(author: SheetAuthor, habits: RowHabits): Placed[] {
  const random = author.random;
  const placed: Placed[] = [];
  let look = author.look;
  let last: TableBlock | null = null;
  for (let index = 0; index < habits.count; index++) {
    if (random.chance(0.12)) look = withOtherTables(random, author.look);
    const table = drawTable(author, habits, look, last);
    const shift = random.chance(0.1) ? random.integer(1, 8) : 0;
    const gap = drawGap(author, habits, look, last, table);
    placed.push({ block: habits.hasCaptions ? captioned(author, table) : table, gap, shift });
    if (random.chance(0.06))
      placed.push({ block: asideBlock(author), gap: random.integer(1, 2), shift: random.integer(0, 4) });
    last = table;
  }
  return placed;
}

/** A table, mostly of another height than the one before: tables of equal height could pass for one. */
function drawTable(
  author: SheetAuthor,
  { count, mostRows, isNarrow, hasCaptions }: RowHabits,
  look: Look,
  last: TableBlock | null,
): TableBlock {
  const random = author.random;
  const size = () => author.narrowSize(count, mostRows, isNarrow);
  let table = author.table(size(), !hasCaptions && random.chance(0.3), look);
  for (let tries = 0; last?.tableHeight === table.tableHeight && random.chance(0.7) && tries < 5; tries++)
    table = author.table(size(), false, look);
  return table;
}

/** Empty columns between a table and the one before it. Only tables that are clearly two may touch. */
function drawGap(
  { random }: SheetAuthor,
  { hasCaptions, usualGap }: RowHabits,
  look: Look,
  last: TableBlock | null,
  { plan, tableHeight }: TableBlock,
): number {
  const differs = last !== null && Math.abs(last.tableHeight - tableHeight) >= 3;
  const touches = differs && hasCaptions && hasStyledHeader(look, plan) && random.chance(0.2);
  if (touches) return 0;
  return random.chance(0.9) ? usualGap : random.integer(1, 5);
}

function captioned(author: SheetAuthor, table: TableBlock): Block {
  const random = author.random;
  const caption = captionBlock(random, author.domain, author.look, null, table.tableWidth);
  return stack([{ block: caption }, { block: table, gap: random.chance(0.8) ? 0 : 1 }]);
}
