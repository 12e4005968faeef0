/** Generates one sheet: its content, where the content begins, and what concerns the sheet as a whole. */

import type { Random } from "../base/random.ts";
import { containsCell, type Range } from "../base/range.ts";
import type { CellStyle } from "../excel/write/workbook-layout.ts";
import { SheetAuthor } from "./blocks/sheet-author.ts";
import { weighted } from "./draw.ts";
import type { Look } from "./looks/look.ts";
import { StylePool } from "./looks/style-pool.ts";
import { SheetCanvas } from "./sheet/sheet-canvas.ts";
import type { SheetLimits } from "./sheet/sheet-limits.ts";
import { drawContent } from "./sheet-content.ts";
import type { Domain } from "./vocabulary/domain.ts";

/** A sheet on its canvas, and the ranges of its tables. */
export interface GeneratedSheet {
  readonly canvas: SheetCanvas;
  readonly tables: readonly Range[];
}

const HIDDEN: CellStyle = { protection: { hidden: true } };
const UNLOCKED: CellStyle = { protection: { locked: false } };

/**
 * A sheet with one table, several, or none.
 *
 * @param tablePrefix The beginning of the names of its Excel tables, unique in the workbook.
 */
export function generateSheet(
  random: Random,
  domain: Domain,
  look: Look,
  tablePrefix: string,
  limits: SheetLimits,
): GeneratedSheet {
  const canvas = new SheetCanvas(new StylePool());
  canvas.gridLines = look.gridLines;
  const tables: Range[] = [];
  const { block, isAlone } = drawContent(new SheetAuthor(random, domain, look, limits, tablePrefix));
  const isFar = random.chance(0.03);
  const isAtCorner = isAlone && random.chance(0.6);
  const top = isAtCorner
    ? 1
    : isFar
      ? random.integer(2, 25)
      : weighted(random, [
          [1, 12],
          [2, 2],
          [3, 1],
          [5, 0.4],
        ]);
  const left = isAtCorner
    ? 1
    : isFar
      ? random.integer(2, 12)
      : weighted(random, [
          [1, 12],
          [2, 2],
          [3, 0.5],
        ]);
  block.draw({ canvas, tables }, top, left);
  if (look.background) {
    canvas.underlay({ top: 1, left: 1, bottom: canvas.bottom + 2, right: canvas.right + 2 }, look.background);
  }
  drawRarities(canvas, random, tables);
  return { canvas, tables };
}

/**
 * Draws what few sheets have: protection with unlocked cells, comments, hidden or frozen rows and columns.
 */
function drawRarities(canvas: SheetCanvas, random: Random, tables: readonly Range[]): void {
  if (random.chance(0.01)) {
    canvas.underlay({ top: 1, left: 1, bottom: canvas.bottom, right: canvas.right }, UNLOCKED);
  } else if (random.chance(0.04)) {
    canvas.isProtected = true;
    const style = random.chance(0.8) ? UNLOCKED : HIDDEN;
    for (const table of tables) canvas.paint({ ...table, top: table.top + 1, left: table.left + 1 }, style);
  }
  for (const { top, left, bottom, right } of tables) {
    if (random.chance(0.02))
      drawComment(canvas, random, random.integer(top, bottom), random.integer(left, right));
    if (random.chance(0.03) && bottom - top > 6) canvas.hiddenRows.push(random.integer(top + 2, bottom - 1));
    if (random.chance(0.02) && right - left > 3) canvas.hiddenColumns.push(random.integer(left + 1, right));
    if (tables.length === 1 && random.chance(0.08)) canvas.frozenAt = { row: top + 1, column: 1 };
  }
}

/** Puts a comment on a cell, unless the cell is merged or has one. */
function drawComment(canvas: SheetCanvas, random: Random, row: number, column: number): void {
  const isMerged = canvas.merges.some((merge) => containsCell(merge, row, column));
  if (isMerged || canvas.comments.some((other) => other.row === row && other.column === column)) return;
  const text = random.pick(["Please check", "Value taken from the invoice", "Updated by hand"]);
  canvas.comment({ row, column, author: "Reviewer", text });
}
