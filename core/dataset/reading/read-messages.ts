/** What the main thread asks a reading thread, and what the thread answers. */

import type { Problem } from "../../base/problem.ts";
import type { LoadGridsOptions } from "../../features/load-grids.ts";
import type { SheetGrid } from "../../features/sheet-grid.ts";

/** To a thread: read this workbook. */
export interface ReadTask {
  readonly path: string;
  readonly options: LoadGridsOptions;
  /** False: the grids are only put into the cache. */
  readonly keepGrids: boolean;
}

/** From a thread, one for each task. */
export type ReadAnswer =
  | {
      readonly kind: "read";
      readonly sheets: readonly SheetGrid[];
      readonly fromCache: boolean;
      /** Why the grids could not be put into the cache; null if they could, or there was no need. */
      readonly cacheError: string | null;
    }
  | { readonly kind: "failed"; readonly problems: readonly Problem[] };

/** The sheets, without their grids unless these are kept. */
export function keptSheets(sheets: readonly SheetGrid[], keepGrids: boolean): readonly SheetGrid[] {
  return keepGrids ? sheets : sheets.map((sheet) => ({ ...sheet, grid: null }));
}
