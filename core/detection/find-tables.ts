/** What is predicted on the sheets of an evaluation, by mode. */

import type { PredictedTable } from "../base/predicted-table.ts";
import { excelObjects, type ObjectSheet } from "./excel-objects.ts";
import { mergeObjects } from "./merge-objects.ts";
import type { DetectorInput, SheetDetector } from "./sheet-detector.ts";

/** `model`: the network alone; `excel`: Excel's objects alone; `hybrid`: both, see `mergeObjects`. */
export const MODES = ["model", "excel", "hybrid"] as const;
export type Mode = (typeof MODES)[number];

export interface FindOptions {
  /** Not needed for `excel`. */
  readonly detector: SheetDetector | null;
  readonly mode: Mode;
  readonly signal?: AbortSignal;
  /** `share` of all cells is done, 0 … 1. */
  readonly onSheets?: (sheets: number, share: number) => void;
}

/** Sheets handed to the detector at once: its workers share them, and a signal is seen soon. */
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
    const ofModel = mode === "excel" || detector === null ? null : await detector.detect(chunk);
    for (const [index, sheet] of chunk.entries()) {
      const objects = mode === "model" ? [] : excelObjects(sheet).tables;
      found.push(mergeObjects(objects, ofModel?.[index] ?? []));
      done += sheet.grid.cells.length;
    }
    onSheets?.(chunk.length, done / Math.max(1, cells));
  }
  return found;
}
