/**
 * An endless series of labelled sheets for training, drawn straight to grids: no file is written or read.
 *
 * The room has five folders, and imports go one way, from the right to the left:
 * `draw.ts` < `vocabulary/` < `plans/`, `looks/` < `sheet/` < `blocks/` < the other files beside this one.
 *
 * - `vocabulary/`: the words, headings and quantities of each field of work.
 * - `plans/`: a table before it has a place or a format: its headers, columns and rows.
 * - `looks/`: how an author formats sheets.
 * - `sheet/`: a sheet under construction, and how a plan is put on it in a look.
 * - `blocks/`: tables, titles, notes and forms as rectangles, and their arrangement on a sheet.
 *
 * Every value comes from one stream of random numbers. A draw more or less, or in another order, changes
 * every sheet.
 */

import { randomStream } from "../base/random.ts";
import type { Range } from "../base/range.ts";
import type { SheetLayout } from "../excel/write/workbook-layout.ts";
import { gridOfCells } from "../features/layout-grid.ts";
import type { PackedGrid } from "../features/packed-grid.ts";
import { type GeneratedSheet, generateSheet } from "./generate-sheet.ts";
import { drawLook } from "./looks/look.ts";
import { DEFAULT_SHEET_LIMITS } from "./sheet/sheet-limits.ts";
import { DOMAINS } from "./vocabulary/domains.ts";

/** A sheet as the network sees it, and the ranges of its tables. */
export interface SyntheticSheet {
  readonly grid: PackedGrid;
  /** Inside the grid, in no particular order; empty for a sheet without a table. */
  readonly ranges: Range[];
}

/**
 * Sheet number `index` of the series of a seed. Its grid and its labels depend on the two numbers alone, so
 * that every worker can draw any sheet.
 *
 * @param index A whole number from 0.
 */
export function syntheticSheet(seed: number, index: number): SyntheticSheet {
  const { canvas, tables } = drawSheet(seed, index);
  return { grid: gridOfCells(canvas.toCells()!), ranges: [...tables] };
}

/**
 * The same sheet as a layout, from which a file can be written.
 *
 * @internal Only tests compare both forms.
 */
export function syntheticSheetLayout(seed: number, index: number): { layout: SheetLayout; ranges: Range[] } {
  const { canvas, tables } = drawSheet(seed, index);
  return { layout: canvas.toLayout("Sheet1"), ranges: [...tables] };
}

function drawSheet(seed: number, index: number): GeneratedSheet {
  const random = randomStream(seed, "synthetic sheet", index);
  return generateSheet(random, random.pick(DOMAINS), drawLook(random), "Table", DEFAULT_SHEET_LIMITS);
}
