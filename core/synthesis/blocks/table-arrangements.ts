/** Several tables on a sheet: below one another, beside one another, both. */

import { logInteger, weighted } from "../draw.ts";
import { type Look, withOtherTables } from "../looks/look.ts";
import { planSections } from "../plans/plan-sections.ts";
import { planTable } from "../plans/plan-table.ts";
import type { TablePlan } from "../plans/table-plan.ts";
import { type Block, beside, type Placed, stack } from "./block.ts";
import type { SheetAuthor } from "./sheet-author.ts";
import { asideBlock } from "./small-blocks.ts";
import { type TableBlock, tableBlock } from "./table-block.ts";
import { GAPS } from "./table-surroundings.ts";
import { notesBlock } from "./text-blocks.ts";
import { captionBlock, titleBlock } from "./title-blocks.ts";

/** Two to eight tables below one another, each with a caption, notes, or nothing. */
export function stackedTables(author: SheetAuthor, count: number, mostRows: number): Block {
  const random = author.random;
  const hasCaptions = random.chance(0.5);
  const isNumbered = random.chance(0.4);
  const isAlike = random.chance(0.55);
  const isAlignedGap = random.chance(0.6);
  const usual = weighted(random, [
    [1, 5],
    [2, 4],
    [3, 1],
    [5, 0.5],
  ]);
  const first = author.size(count, mostRows);
  const placed: Placed[] = [];
  if (random.chance(0.4)) placed.push({ block: titleBlock(random, author.domain, author.look, first.width) });
  let looks = author.look;
  const captionGap = random.chance(0.55) ? 0 : 1;
  const repeated = random.chance(0.22) ? planTable(random, author.domain, first) : null;
  for (let index = 0; index < count; index++) {
    if (random.chance(0.12)) looks = withOtherTables(random, author.look);
    const { bodyRows, width } = author.size(count, mostRows);
    const table = repeated
      ? tableBlock(random, repeated, looks)
      : author.table({ bodyRows, width: isAlike ? first.width : width }, false, looks);
    const isTold = hasStyledHeader(looks, table.plan) || (repeated !== null && hasNumbersBelow(repeated));
    const touches = isTold && random.chance(repeated ? 0.4 : 0.12);
    const gap = placed.length === 0 ? 0 : touches ? 0 : isAlignedGap ? usual : random.integer(1, 4);
    const shift = random.chance(0.06) ? random.integer(1, 3) : 0;
    if (hasCaptions) {
      const text = isNumbered ? `Table ${index + 1}` : null;
      const caption = captionBlock(random, author.domain, author.look, text, table.tableWidth);
      placed.push({ block: caption, gap: placed.length === 0 ? 0 : Math.max(1, gap), shift });
      placed.push({ block: table, gap: captionGap, shift });
    } else placed.push({ block: table, gap, shift });
    if (random.chance(0.1)) {
      const notes = notesBlock(random, author.domain, author.look, table.tableWidth);
      placed.push({ block: notes, gap: weighted(random, GAPS), shift });
    } else if (random.chance(0.05))
      placed.push({ block: asideBlock(author), gap: random.integer(1, 2), shift });
  }
  return stack(placed);
}

/** Two to eight tables beside one another, now and then with something else between them. */
export function tablesBeside(author: SheetAuthor, count: number, mostRows: number): Block {
  const random = author.random;
  const hasCaptions = random.chance(0.4);
  const isNarrow = random.chance(0.5);
  const usual = weighted(random, [
    [1, 7],
    [2, 3],
    [3, 1],
  ]);
  const placed: Placed[] = [];
  let looks = author.look;
  let last: TableBlock | null = null;
  // The same table for other years or places: of equal height, told apart by the gap and their labels alone.
  const repeated = random.chance(0.15)
    ? planTable(random, author.domain, author.narrowSize(count, mostRows, random.chance(0.4)))
    : null;
  for (let index = 0; index < count; index++) {
    if (repeated) {
      placed.push({ block: tableBlock(random, repeated, looks), gap: usual });
      continue;
    }
    if (random.chance(0.12)) looks = withOtherTables(random, author.look);
    let table = author.table(
      author.narrowSize(count, mostRows, isNarrow),
      !hasCaptions && random.chance(0.3),
      looks,
    );
    // Of the same height and under one row of headings they could be one table.
    for (let tries = 0; last?.tableHeight === table.tableHeight && random.chance(0.7) && tries < 5; tries++) {
      table = author.table(author.narrowSize(count, mostRows, isNarrow), false, looks);
    }
    const shift = random.chance(0.1) ? random.integer(1, 8) : 0;
    const differs: boolean = last !== null && Math.abs(last.tableHeight - table.tableHeight) >= 3;
    const touches = differs && hasCaptions && hasStyledHeader(looks, table.plan) && random.chance(0.2);
    const gap = touches ? 0 : random.chance(0.9) ? usual : random.integer(1, 5);
    if (hasCaptions) {
      const caption = captionBlock(random, author.domain, author.look, null, table.tableWidth);
      placed.push({
        block: stack([{ block: caption }, { block: table, gap: random.chance(0.8) ? 0 : 1 }]),
        gap,
        shift,
      });
    } else placed.push({ block: table, gap, shift });
    if (random.chance(0.06))
      placed.push({ block: asideBlock(author), gap: random.integer(1, 2), shift: random.integer(0, 4) });
    last = table;
  }
  const row = beside(placed);
  const rows: Placed[] = [];
  if (random.chance(0.35))
    rows.push({ block: titleBlock(random, author.domain, author.look, Math.min(8, row.width)) });
  rows.push({ block: row, gap: weighted(random, GAPS) });
  if (random.chance(0.2))
    rows.push({ block: notesBlock(random, author.domain, author.look, 4), gap: random.integer(1, 3) });
  return stack(rows);
}

/** The same table over and over, as reports by day or by product have it: everything between them is the same too. */
export function seriesSheet(author: SheetAuthor): Block {
  const random = author.random;
  const { maxRows, maxColumns } = author.limits;
  const isLong = random.chance(0.2);
  const bodyRows = isLong ? logInteger(random, 20, Math.min(150, maxRows)) : logInteger(random, 1, 20);
  const width = logInteger(random, 2, Math.min(14, maxColumns));
  const plan = planTable(random, author.domain, { bodyRows, width });
  const table = tableBlock(random, plan, author.look);
  const most = Math.max(2, Math.floor((1.2 * maxRows) / (table.height + 2)));
  const count = Math.min(most, logInteger(random, isLong ? 2 : 4, 30));
  const gap = random.integer(1, 3);
  const caption = random.chance(0.6)
    ? captionBlock(random, author.domain, author.look, null, table.tableWidth)
    : null;
  const captionGap = random.integer(0, 1);
  const placed: Placed[] = random.chance(0.5)
    ? [{ block: titleBlock(random, author.domain, author.look, table.tableWidth) }]
    : [];
  for (let index = 0; index < count; index++) {
    if (caption) placed.push({ block: caption, gap: placed.length === 0 ? 0 : gap });
    placed.push({ block: table, gap: caption ? captionGap : placed.length === 0 ? 0 : gap });
  }
  return stack(placed);
}

/** The parts of a budget or a plan below one another, each under the same headings again. */
export function sectionsSheet(author: SheetAuthor): Block {
  const random = author.random;
  const width = logInteger(random, 2, Math.min(14, author.limits.maxColumns));
  const plans = planSections(random, author.domain, author.tableCount(), width);
  const isTold = plans.every((plan) => hasStyledHeader(author.look, plan) || hasNumbersBelow(plan));
  const gap = weighted(random, [
    [0, isTold ? 3 : 0],
    [1, 5],
    [2, 1.5],
  ]);
  const placed: Placed[] = plans.map((plan) => ({ block: tableBlock(random, plan, author.look), gap }));
  if (random.chance(0.65)) {
    const title = titleBlock(random, author.domain, author.look, width);
    return stack([{ block: title }, { block: stack(placed), gap: random.integer(1, 2) }]);
  }
  return stack(placed);
}

/** What other sheets choose from: many short lists side by side, often under one painted row. */
export function listsSheet(author: SheetAuthor): Block {
  const random = author.random;
  const count = random.integer(3, 10);
  const look = withOtherTables(random, author.look);
  const isBand = random.chance(0.4);
  const usual = random.chance(0.85) ? 1 : 2;
  const placed: Placed[] = [];
  let height = 0;
  for (let index = 0; index < count; index++) {
    const width = weighted(random, [
      [1, 4],
      [2, 3],
      [4, 1.5],
    ]);
    let table = author.table({ bodyRows: logInteger(random, 2, 60), width }, false, look);
    for (let tries = 0; table.tableHeight === height && tries < 5; tries++) {
      table = author.table({ bodyRows: logInteger(random, 2, 60), width }, false, look);
    }
    height = table.tableHeight;
    placed.push({ block: table, gap: usual });
  }
  const block = beside(placed);
  if (!isBand) return block;
  return {
    ...block,
    draw(draft, top, left) {
      draft.canvas.paint({ top, left, bottom: top, right: left + block.width - 1 }, look.header);
      block.draw(draft, top, left);
    },
  };
}

/** Rows of tables beside one another. */
export function mosaicSheet(author: SheetAuthor): Block {
  const random = author.random;
  const rows = random.integer(2, 3);
  const placed: Placed[] = [];
  for (let row = 0; row < rows; row++) {
    const block = random.chance(0.75) ? tablesBeside(author, 2, 15) : stackedTables(author, 1, 15);
    placed.push({ block, gap: row === 0 ? 0 : random.integer(1, 3) });
  }
  return stack(placed);
}

/** Tables may only touch where a header tells them apart. */
function hasStyledHeader(look: Look, plan: TablePlan): boolean {
  return look.header !== undefined && plan.headers.length > 0 && plan.isRaw !== true;
}

/** A header of texts over numbers is told apart without any style. */
function hasNumbersBelow({ headers, rows, columns }: TablePlan): boolean {
  const values = rows.find(({ kind }) => kind === "data")?.values.slice(1) ?? [];
  const numbers = values.filter((value) => typeof value === "number").length;
  const isText = headers.at(-1)?.every(({ text }) => typeof text !== "number") ?? false;
  return isText && numbers * 2 >= columns.length;
}
