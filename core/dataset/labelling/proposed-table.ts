/** A table that is proposed as a label, and where it comes from. */

import type { Range } from "../../base/range.ts";

/** `excel_table` and `pivot_table` are objects of the workbook itself; the others are guesses. */
export type ProposalSource = "model" | "blocks" | "excel_table" | "pivot_table";

export interface ProposedTable {
  readonly range: Range;
  /** 0 … 1; 1 for objects of the workbook. Null if the method gives none. */
  readonly score: number | null;
  readonly source: ProposalSource;
}
