/** Scores many sheets at several EoB thresholds, over tables and over sheets. */

import type { Range } from "../base/range.ts";
import {
  addCounts,
  countSheet,
  type DetectionCounts,
  type DetectionMetrics,
  detectionMetrics,
  NO_COUNTS,
} from "./detection-metrics.ts";

/** The EoB thresholds at which everything is counted, in cells. */
const EOB_THRESHOLDS = [0, 1, 2] as const;

/** The scores at one threshold. */
export interface Scores {
  readonly eob: number;
  /** Over all tables of all sheets together (micro average), as in the literature, with the counts. */
  readonly tables: Omit<DetectionCounts, "eobSum"> & DetectionMetrics;
  /**
   * The mean over sheets of each sheet's own ratios (macro average). A sheet without tables and without
   * predictions has 1 for all three; otherwise a ratio with denominator 0 is 0. `eob_mean` is over the
   * sheets with a match.
   */
  readonly sheets: DetectionMetrics;
}

/** The true tables of a sheet, and the predictions, best score first. */
export interface ScoredSheet {
  readonly truth: readonly Range[];
  readonly predicted: readonly Range[];
}

/** One entry per threshold. Without any sheet all ratios are 1, as on a sheet without tables. */
export function scoreSheets(sheets: readonly ScoredSheet[]): Scores[] {
  return EOB_THRESHOLDS.map((threshold) => {
    const counts = sheets.map(({ truth, predicted }) => countSheet(truth, predicted, threshold));
    const all = counts.reduce(addCounts, NO_COUNTS);
    const { truth, predicted, matched } = all;
    return {
      eob: threshold,
      tables: { truth, predicted, matched, ...detectionMetrics(all) },
      sheets: meanOver(counts.map(detectionMetrics)),
    };
  });
}

function meanOver(metrics: readonly DetectionMetrics[]): DetectionMetrics {
  const errors = metrics.flatMap(({ eob_mean }) => (eob_mean === null ? [] : [eob_mean]));
  return {
    precision: mean(metrics.map(({ precision }) => precision)) ?? 1,
    recall: mean(metrics.map(({ recall }) => recall)) ?? 1,
    f1: mean(metrics.map(({ f1 }) => f1)) ?? 1,
    eob_mean: mean(errors),
  };
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
