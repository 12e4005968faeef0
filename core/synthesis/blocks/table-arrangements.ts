/** Sheets of several tables that belong together: series, sections, lists, and mosaics of rows of tables. */

import { logInteger, weighted } from "../draw.ts";
import { withOtherTables } from "../looks/look.ts";
import { planSections } from "../plans/plan-sections.ts";
import { planTable } from "../plans/plan-table.ts";
import { type Block, beside, type Placed, stack } from "./block.ts";
import type { SheetAuthor } from "./sheet-author.ts";
import { stackedTables } from "./stacked-tables.ts";
import { tableBlock } from "./table-block.ts";
import { tablesBeside } from "./tables-beside.ts";
import { captionBlock, titleBlock } from "./title-blocks.ts";
import { hasNumbersBelow, hasStyledHeader } from "./touching-tables.ts";

/** The same table over and over, as in reports by day or by product, with the same caption over each. */
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

/** The parts of a budget or a plan below one another, each under the same headings. */
export function sectionsSheet(author: SheetAuthor): Block {
  const random = author.random;
  const width = logInteger(random, 2, Math.min(14, author.limits.maxColumns));
  const plans = planSections(random, author.domain, author.tableCount(), width);
  const areRecognisable = plans.every((plan) => hasStyledHeader(author.look, plan) || hasNumbersBelow(plan));
  const gap = weighted(random, [
    [0, areRecognisable ? 3 : 0],
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

/** Many short lists side by side, often under one painted row: the choices for cells of other sheets. */
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

/** Two or three rows of tables. */
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
