/** One sheet: which things stand on it, and what concerns it as a whole. */

import type { Range } from "../../excel/range.ts";
import type { CellStyle } from "../../excel/write/workbook-layout.ts";
import type { Random } from "../../random.ts";
import { weighted } from "./draw.ts";
import type { Look } from "./look.ts";
import { SheetArranger } from "./sheet-arranger.ts";
import { SheetCanvas } from "./sheet-canvas.ts";
import { StylePool } from "./style-pool.ts";
import type { Domain } from "./vocabulary/domain.ts";

/** A sheet on its canvas and the tables on it. */
export interface GeneratedSheet {
  readonly canvas: SheetCanvas;
  readonly tables: readonly Range[];
}

const WHITE: CellStyle = { fill: { pattern: "solid", foreground: { rgb: "FFFFFFFF" } } };
const UNLOCKED: CellStyle = { protection: { locked: false } };

/**
 * Six sheets of ten have one table, most others several; one of twenty has none.
 *
 * @param tableName The name of the Excel table, if the sheet gets one; unique in the workbook.
 */
export function generateSheet(random: Random, domain: Domain, look: Look, tableName: string): GeneratedSheet {
  const canvas = new SheetCanvas(new StylePool());
  canvas.gridLines = look.gridLines;
  const arranger = new SheetArranger(canvas, random, domain, look);
  const arrangement = weighted(random, [
    ["single", 60],
    ["stacked", 22],
    ["side by side", 13],
    ["no table", 5],
  ]);
  if (arrangement === "single") arranger.single(tableName);
  else if (arrangement === "stacked") arranger.stacked();
  else if (arrangement === "side by side") arranger.sideBySide();
  else arranger.withoutTable();
  if (look.whiteSheet) {
    canvas.underlay({ top: 1, left: 1, bottom: canvas.bottom + 2, right: canvas.right + 2 }, WHITE);
  }
  drawRarities(canvas, random, arranger.tables);
  return { canvas, tables: arranger.tables };
}

/** Protected sheets with open cells, notes on cells, hidden rows. */
function drawRarities(canvas: SheetCanvas, random: Random, tables: readonly Range[]): void {
  if (random.chance(0.05)) {
    canvas.isProtected = true;
    for (const table of tables)
      canvas.paint({ ...table, top: table.top + 1, left: table.left + 1 }, UNLOCKED);
  }
  for (const { top, left, bottom } of tables) {
    if (random.chance(0.05)) drawComment(canvas, random, random.integer(top, bottom), left + 1);
    if (random.chance(0.03) && bottom - top > 6) canvas.hiddenRows.push(random.integer(top + 2, bottom - 1));
  }
}

/** A note on a cell; merged cells cannot have one each. */
function drawComment(canvas: SheetCanvas, random: Random, row: number, column: number): void {
  const isMerged = canvas.merges.some(
    ({ top, left, bottom, right }) => row >= top && row <= bottom && column >= left && column <= right,
  );
  if (isMerged) return;
  const text = random.pick(["Please check", "Value taken from the invoice", "Updated by hand"]);
  canvas.comments.push({ row, column, author: "Reviewer", text });
}
