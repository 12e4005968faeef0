/** An endless series of labelled sheets for training, drawn straight to grids: no file is written or read. */

import { randomStream } from "../base/random.ts";
import type { Range } from "../base/range.ts";
import type { SheetLayout } from "../excel/write/workbook-layout.ts";
import { gridOfCells } from "../features/layout-grid.ts";
import type { PackedGrid } from "../features/packed-grid.ts";
import type { SheetLimits } from "./blocks/sheet-author.ts";
import { type GeneratedSheet, generateSheet } from "./generate-sheet.ts";
import { drawLook } from "./looks/look.ts";
import { DOMAINS } from "./vocabulary/domains.ts";

/** Long enough to learn long tables from, small enough to be quick. */
const LIMITS: SheetLimits = { maxRows: 450, maxColumns: 70 };

/** A sheet as the network sees it, and the tables on it. */
export interface SyntheticSheet {
  readonly grid: PackedGrid;
  /** Inside the grid; none for a sheet without a table. */
  readonly ranges: Range[];
}

/**
 * Sheet number `index` of the series of a seed: its grid and its labels depend on the two numbers alone. Pure, and so fit
 * for the main thread as for any worker.
 *
 * @param index From 0; any whole number.
 */
export function syntheticSheet(seed: number, index: number): SyntheticSheet {
  const { canvas, tables } = drawSheet(seed, index);
  return { grid: gridOfCells(canvas.toCells()!), ranges: [...tables] };
}

/** The same sheet as a layout, from which a file can be written. */
export function syntheticSheetLayout(seed: number, index: number): { layout: SheetLayout; ranges: Range[] } {
  const { canvas, tables } = drawSheet(seed, index);
  return { layout: canvas.toLayout("Sheet1"), ranges: [...tables] };
}

function drawSheet(seed: number, index: number): GeneratedSheet {
  const random = randomStream(seed, "synthetic sheet", index);
  return generateSheet(random, random.pick(DOMAINS), drawLook(random), "Table", LIMITS);
}
