/** The result of detection on a sheet. */

import type { Range } from "./range.ts";

/** One table that the detector found. */
export interface PredictedTable {
  readonly range: Range;
  /** The confidence of the detector, 0 … 1. */
  readonly score: number;
}
