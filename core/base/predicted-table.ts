/** A table that was found on a sheet. */

import type { Range } from "./range.ts";

/** One table that the detector found. */
export interface PredictedTable {
  readonly range: Range;
  /** 0 … 1. */
  readonly score: number;
}
