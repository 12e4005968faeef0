/** Finds the tables of an evaluation's sheets in one of the modes. */

import type { PredictedTable } from "../base/predicted-table.ts";
import { excelObjects, type ObjectSheet } from "./excel-objects.ts";
import { mergeObjects } from "./merge-objects.ts";
import { type Mode, usesExcelObjects, usesNetwork } from "./modes.ts";
import type { DetectorInput, SheetDetector } from "./sheet-detector.ts";

export interface FindOptions {
  /** Not needed for `excel`. */
  readonly detector: SheetDetector | null;
  readonly mode: Mode;
  readonly signal?: AbortSignal;
  /** Called after each chunk of sheets. `share` of all cells are done by then, 0 … 1. */
  readonly onSheets?: (sheets: number, share: number) => void;
}

/** Sheets per call of the detector: enough for its workers, and few enough to react to a signal soon. */
const CHUNK = 8;

/** The tables of each sheet, best score first. */
export async function findTables(
  sheets: readonly (DetectorInput & ObjectSheet)[],
  { detector, mode, signal, onSheets }: FindOptions,
): Promise<PredictedTable[][]> {
  const cells = sheets.reduce((sum, { grid }) => sum + grid.cells.length, 0);
  let done = 0;
  const found: PredictedTable[][] = [];
  for (let at = 0; at < sheets.length; at += CHUNK) {
    signal?.throwIfAborted();
    const chunk = sheets.slice(at, at + CHUNK);
    const ofModel = usesNetwork(mode) ? await detector?.detect(chunk) : undefined;
    for (const [index, sheet] of chunk.entries()) {
      const objects = usesExcelObjects(mode) ? excelObjects(sheet).tables : [];
      found.push(mergeObjects(objects, ofModel?.[index] ?? []));
      done += sheet.grid.cells.length;
    }
    onSheets?.(chunk.length, done / Math.max(1, cells));
  }
  return found;
}
