/** A labelled sheet, as augmentation takes and returns it. */

import type { Range } from "../base/range.ts";
import type { PackedGrid } from "../features/packed-grid.ts";

/** The features of a sheet and its tables. */
export interface LabelledGrid {
  readonly grid: PackedGrid;
  /** The tables, all inside the grid; rows and columns count from 1. */
  readonly ranges: readonly Range[];
}

/** The largest size of an augmented sheet. */
export interface SizeLimits {
  readonly maxRows: number;
  readonly maxCols: number;
}
