/** The tables of a workbook, as plain data for threads and for all output formats. */

import type { PredictedTable } from "../base/predicted-table.ts";
import type { Problem } from "../base/problem.ts";
import type { Range } from "../base/range.ts";
import type { WrittenTable } from "../extraction/extract-workbook.ts";

/**
 * A worksheet, hidden or not, and its tables, best score first. Chart sheets have no cells and are left
 * out.
 */
export interface SheetTables {
  readonly sheet: string;
  /** The archive member that it was read from; null for formats without members. */
  readonly part: string | null;
  /** True for hidden and very hidden sheets. */
  readonly hidden: boolean;
  /** The range that was looked at, where the sheet is too large to be looked at whole; null where it was. */
  readonly lookedAt: Range | null;
  readonly tables: readonly PredictedTable[];
}

/** The result for one workbook. */
export type WorkbookOutcome =
  | {
      readonly kind: "found";
      /** In the order of the tabs. */
      readonly sheets: readonly SheetTables[];
      /** Notes on sheets that are too large and were cropped. */
      readonly notes: readonly string[];
      /** The tables that were written as files, if that was requested and did not fail. */
      readonly extracted?: readonly WrittenTable[];
      /** Why the annotated copy or the tables could not be written; empty if nothing failed. */
      readonly problems: readonly Problem[];
    }
  | {
      readonly kind: "failed";
      readonly problems: readonly Problem[];
      /** True: nothing can be written any more, for other workbooks either. */
      readonly endsAll?: boolean;
    };
