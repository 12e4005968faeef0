/** The features of one worksheet, and the facts that come with them. */

import type { Range } from "../base/range.ts";
import type { ReadingNote } from "../excel/reading-note.ts";
import type { PackedGrid } from "./packed-grid.ts";

/** A worksheet. Chart sheets, dialogs and macro sheets have no cells and are left out. */
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
  /** What was passed over in the sheet, and in the parts that all sheets of its workbook share. */
  readonly notes: readonly ReadingNote[];
}
