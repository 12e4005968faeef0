/** What is found in a workbook: plain data that goes from thread to thread and into every form of output. */

import type { PredictedTable } from "../base/predicted-table.ts";
import type { Problem } from "../base/problem.ts";

/** A worksheet and its tables, best score first; hidden ones too. Chart sheets have no cells and are left out. */
export interface SheetTables {
  readonly sheet: string;
  /** The archive member that it was read from; null where there is none. */
  readonly part: string | null;
  readonly tables: readonly PredictedTable[];
}

/** What became of one workbook. */
export type WorkbookOutcome =
  | {
      readonly kind: "found";
      /** In the order of the tabs. */
      readonly sheets: readonly SheetTables[];
      /** Sheets that are too large to be looked at whole. */
      readonly notes: readonly string[];
      /** Why the annotated copy could not be written; empty where it was, or none was asked for. */
      readonly problems: readonly Problem[];
    }
  | { readonly kind: "failed"; readonly problems: readonly Problem[] };
