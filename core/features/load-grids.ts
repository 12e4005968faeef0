/** From a workbook's file to the feature grids of its sheets, through the cache on disk. */

import type { Range } from "../excel/range.ts";
import type { PackedGrid } from "./packed-grid.ts";

/** What is known of one worksheet. Chart sheets, dialogs and macro sheets have no cells and are left out. */
export interface SheetGrid {
  readonly sheetName: string;
  /** Hidden or very hidden. */
  readonly hidden: boolean;
  /** The features, cropped to the limits; null for an empty sheet. */
  readonly grid: PackedGrid | null;
  /** The sheet's extent before cropping, in cells; 0 × 0 for an empty sheet. */
  readonly height: number;
  readonly width: number;
  /** True where the sheet is larger than the limits: the grid is its top-left part. */
  readonly cropped: boolean;
  /** The ranges of Excel's own tables (ListObjects), header and totals rows included. */
  readonly tables: readonly Range[];
  /** The ranges of pivot tables, without their page filters. */
  readonly pivots: readonly Range[];
}

/** A workbook's worksheets, in the order of its tabs. */
export interface WorkbookGrids {
  readonly sheets: readonly SheetGrid[];
}

export interface LoadGridsOptions {
  /** Where grids are kept from one run to the next; null reads the workbook each time. */
  readonly cacheFolder: string | null;
  /** A larger sheet is cropped to its first `maxRows` rows and `maxCols` columns. */
  readonly maxRows: number;
  readonly maxCols: number;
}

/**
 * Reads a workbook and builds the grids of all its worksheets, or takes them from the cache.
 *
 * @throws {WorkbookError} If the workbook cannot be read.
 */
export async function loadGrids(_path: string, _options: LoadGridsOptions): Promise<WorkbookGrids> {
  throw new Error("not there yet");
}
