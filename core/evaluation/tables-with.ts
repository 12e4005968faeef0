/** Finds the tables of labelled sheets with given weights. */

import type { PredictedTable } from "../base/predicted-table.ts";
import { findTables } from "../detection/find-tables.ts";
import { openSheetDetector } from "../detection/sheet-detector.ts";
import type { EvaluationSheet } from "./load-split.ts";

export interface WeightsOptions {
  /** As `training.device`. */
  readonly device: string;
  /** Least score of a table, 0 … 1. @default the one stored with the weights */
  readonly scoreThreshold?: number;
  readonly signal: AbortSignal;
  readonly warn: (text: string) => void;
}

/** The tables of each sheet, best score first, found by the network alone. @param weights The file. */
export async function tablesWith(
  weights: string,
  sheets: readonly EvaluationSheet[],
  { signal, ...options }: WeightsOptions,
): Promise<PredictedTable[][]> {
  await using detector = await openSheetDetector(weights, options);
  return await findTables(sheets, { detector, mode: "model", signal });
}
