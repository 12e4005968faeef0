/** Draws the content of a sheet: one table or several, alone or with titles, notes and forms around them. */

import type { CellStyle } from "../excel/write/workbook-layout.ts";
import { type Block, type Placed, stack } from "./blocks/block.ts";
import { tilesBlock } from "./blocks/marker-blocks.ts";
import { pivotSheet } from "./blocks/pivot-sheet.ts";
import type { SheetAuthor } from "./blocks/sheet-author.ts";
import { nonTableBlock } from "./blocks/small-blocks.ts";
import { stackedTables } from "./blocks/stacked-tables.ts";
import { listsSheet, mosaicSheet, sectionsSheet, seriesSheet } from "./blocks/table-arrangements.ts";
import { reportSheet } from "./blocks/table-surroundings.ts";
import { tablesBeside } from "./blocks/tables-beside.ts";
import { titleBlock } from "./blocks/title-blocks.ts";
import { weighted } from "./draw.ts";
import { drawHighlight } from "./looks/table-look.ts";

/**
 * Draws the content. As in real files, a third of the sheets are one table and nothing else; one in 25 has
 * no table.
 */
export function drawContent(author: SheetAuthor): { block: Block; isAlone: boolean } {
  const kind = weighted(author.random, [
    ["alone", 38],
    ["report", 29],
    ["stacked", 11],
    ["beside", 9],
    ["series", 2],
    ["sections", 6],
    ["lists", 2.5],
    ["mosaic", 5],
    ["source and pivot", 4],
    ["dashboard", 2],
    ["nothing", 4],
  ]);
  const block = drawKind(author, kind);
  const isGrounded = author.random.chance(0.05);
  return { block: isGrounded ? grounded(author, block) : block, isAlone: kind === "alone" };
}

/**
 * Puts everything on one formatted rectangle, as if whole areas were framed or bold: gaps then look like
 * tables.
 */
function grounded({ random, look }: SheetAuthor, block: Block): Block {
  const style = random.pick<CellStyle>([
    { border: { left: look.line, right: look.line, top: look.line, bottom: look.line } },
    { border: { left: look.line, right: look.line } },
    { border: { top: look.line, bottom: look.line } },
    { font: { bold: true } },
    { ...drawHighlight(random), border: { left: look.line, right: look.line, bottom: look.line } },
    drawHighlight(random),
  ]);
  const more = random.integer(0, 3);
  return {
    ...block,
    draw(draft, top, left) {
      block.draw(draft, top, left);
      const { canvas } = draft;
      const right = Math.max(canvas.right, left + block.width - 1) + more;
      canvas.underlay({ top, left, bottom: Math.max(canvas.bottom, top) + more, right }, style);
    },
  };
}

function drawKind(author: SheetAuthor, kind: string): Block {
  switch (kind) {
    case "alone":
      return author.table(author.size(1), true);
    case "report":
      return reportSheet(author);
    case "stacked":
      return stackedTables(author, author.tableCount(), 60);
    case "beside":
      return tablesBeside(author, author.tableCount(), 60);
    case "series":
      return seriesSheet(author);
    case "sections":
      return sectionsSheet(author);
    case "lists":
      return listsSheet(author);
    case "mosaic":
      return mosaicSheet(author);
    case "source and pivot":
      return pivotSheet(author);
    case "dashboard":
      return dashboardSheet(author);
    default:
      return sheetWithoutTable(author);
  }
}

/** A title and tiles over a table. */
function dashboardSheet(author: SheetAuthor): Block {
  const random = author.random;
  const rows: Placed[] = [{ block: titleBlock(random, author.domain, author.look, 6) }];
  for (let row = 0, count = random.integer(1, 2); row < count; row++) {
    rows.push({ block: tilesBlock(random, author.look), gap: random.integer(1, 2) });
  }
  // A wide gap is room for charts, which leave nothing in the cells.
  rows.push({
    block: author.table(author.size(2, 30)),
    gap: random.chance(0.5) ? random.integer(1, 3) : random.integer(10, 22),
  });
  return stack(rows);
}

/** Forms, prose, lists of contents, tiles: anything but tables. */
function sheetWithoutTable(author: SheetAuthor): Block {
  const random = author.random;
  const placed: Placed[] = [];
  if (random.chance(0.5)) placed.push({ block: titleBlock(random, author.domain, author.look, 3) });
  for (let block = 0, count = random.integer(1, 4); block < count; block++) {
    placed.push({
      block: nonTableBlock(author),
      gap: random.integer(1, 3),
      shift: random.chance(0.15) ? random.integer(1, 6) : 0,
    });
  }
  return stack(placed);
}
