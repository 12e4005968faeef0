/**
 * Tells whether a file holds weights that were exported from a run, so that a newer export may replace it.
 */

import { UserError } from "../base/problem.ts";
import { type LoadedCheckpoint, readCheckpoint } from "./detector-state.ts";

/**
 * True for an earlier export of the same run. Checkpoints of runs and other weights are not: training takes
 * hours.
 */
export function isExportOf(path: string, { extra }: LoadedCheckpoint): boolean {
  try {
    const found = readCheckpoint(path);
    const isExport = found.optimizer === null && found.extra !== null && "config" in found.extra;
    return isExport && (found.extra?.run_id ?? null) === (extra?.run_id ?? null);
  } catch (error) {
    if (error instanceof UserError) return false; // something else
    throw error;
  }
}
