/** What augmentation takes and gives back. */

import type { Range } from "../base/range.ts";
import type { PackedGrid } from "../features/packed-grid.ts";

/** A sheet's features and its tables. */
export interface LabelledGrid {
  readonly grid: PackedGrid;
  /** The tables, all inside the grid. */
  readonly ranges: readonly Range[];
}

/** No augmented sheet is larger. */
export interface SizeLimits {
  readonly maxRows: number;
  readonly maxCols: number;
}
