/** Sheets of one table with titles, notes, remarks or the conditions of a filter around it. */

import { weighted } from "../draw.ts";
import { planPrepared } from "../plans/plan-outline.ts";
import { type Block, beside, type Placed, stack } from "./block.ts";
import { loneCellBlock } from "./marker-blocks.ts";
import type { SheetAuthor } from "./sheet-author.ts";
import { asideBlock } from "./small-blocks.ts";
import { type TableBlock, tableBlock } from "./table-block.ts";
import { notesBlock } from "./text-blocks.ts";
import { titleBlock } from "./title-blocks.ts";

/** Empty rows between a table and what is above or below it, with their weights. */
export const GAPS = [
  [0, 5.5],
  [1, 6],
  [2, 1],
  [3, 0.2],
] as const;

/** One table with at least a title, a note or a small block around it. */
export function reportSheet(author: SheetAuthor): Block {
  const random = author.random;
  const isPrepared = random.chance(0.02);
  const table = isPrepared
    ? tableBlock(random, planPrepared(random, random.integer(3, 25), random.integer(3, 9)), author.look)
    : author.table(author.size(1), true);
  const above: Block[] = [];
  if (random.chance(0.8)) above.push(titleBlock(random, author.domain, author.look, table.tableWidth));
  if (random.chance(0.25)) above.push(asideBlock(author));
  if (random.chance(0.04)) above.push(criteriaBlock(author, table));
  const below: { block: Block; mayTouch: boolean }[] = [];
  // Something has to follow prepared rows, or the grid would end before them.
  if (isPrepared || random.chance(0.45))
    below.push({
      block: notesBlock(random, author.domain, author.look, table.tableWidth),
      mayTouch: !isPrepared,
    });
  if (random.chance(0.14)) below.push({ block: asideBlock(author), mayTouch: false });
  // Without anything around it the table would be alone.
  if (above.length + below.length === 0)
    above.push(titleBlock(random, author.domain, author.look, table.tableWidth));
  return surrounded(author, table, above, below);
}

/** A table, blocks above and below it, remarks beside it. */
function surrounded(
  author: SheetAuthor,
  table: TableBlock,
  above: readonly Block[],
  below: readonly { readonly block: Block; readonly mayTouch: boolean }[],
): Block {
  const random = author.random;
  const core = withRemarks(author, table);
  const placed: Placed[] = above.map((block, at) => ({
    block,
    gap: at === 0 ? 0 : weighted(random, GAPS),
    shift: random.chance(0.06) ? random.integer(0, Math.max(0, table.tableWidth - 1)) : 0,
  }));
  const shift = random.chance(0.05) ? 1 : 0;
  const last = above.at(-1);
  placed.push({ block: core, gap: last ? gapTo(author, last) : 0, shift });
  // The formatted cells below a table stay between it and the notes.
  for (const { block, mayTouch } of below) {
    // A form or a number that touches a table would look like more rows of it.
    const gap = mayTouch ? gapTo(author, block) : random.integer(1, 3);
    placed.push({ block, gap, shift });
  }
  return stack(placed);
}

/** The empty rows between a table and a block. Single lines stand apart more often than paragraphs. */
function gapTo(author: SheetAuthor, { height }: Block): number {
  const gap = weighted(author.random, GAPS);
  return gap === 0 && height <= 1 && author.random.chance(0.55) ? 1 : gap;
}

/** The table, sometimes with a lone cell or a small block to its right. */
function withRemarks(author: SheetAuthor, table: TableBlock): Block {
  const random = author.random;
  if (!random.chance(0.14)) return table;
  const { tableHeight, width } = table;
  if (random.chance(0.45) || tableHeight < 4) {
    // A single cell that touches a table of many rows does not look like a column.
    const mayTouch = tableHeight >= 6 && width === table.tableWidth;
    const gap = mayTouch && random.chance(0.35) ? 0 : random.integer(1, 3);
    const block = loneCellBlock(random, author.look);
    // Beside the header it would look like the heading of a column without values.
    const first = gap === 0 ? Math.max(1, table.plan.headers.length) : 0;
    const shift = random.integer(Math.min(first, tableHeight - 1), tableHeight - 1);
    return beside([{ block: table }, { block, gap, shift }]);
  }
  const block = random.chance(0.5) ? asideBlock(author) : notesBlock(random, author.domain, author.look, 1);
  return beside([{ block: table }, { block, gap: random.integer(1, 3), shift: random.integer(0, 3) }]);
}

/** The conditions of a filter: the headings of the table over a row with a condition. */
function criteriaBlock(author: SheetAuthor, { plan, tableWidth }: TableBlock): Block {
  const random = author.random;
  const header = author.look.header;
  const texts = plan.headers.at(-1)?.map((cell) => (typeof cell.text === "string" ? cell.text : null)) ?? [];
  const at = random.integer(0, Math.max(0, texts.length - 1));
  return {
    height: 3, // with an empty row that keeps it apart
    width: tableWidth,
    draw({ canvas }, top, left) {
      for (const [column, text] of texts.entries())
        if (text !== null) canvas.put(top, left + column, text, header);
      canvas.put(top + 1, left + at, random.pick([">100", "USA", "=A*", "Qtr 4"]));
    },
  };
}
