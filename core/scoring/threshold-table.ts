/** Precision and recall at many score thresholds. */

import type { PredictedTable } from "../base/predicted-table.ts";
import type { Range } from "../base/range.ts";
import type { DetectionMetrics } from "./detection-metrics.ts";
import { scoreSheets } from "./score-sheets.ts";

/** 0.05 to 0.95. */
export const SCORE_THRESHOLDS: readonly number[] = Array.from({ length: 19 }, (_, i) => (i + 1) / 20);

/** Over tables, one entry per EoB threshold. */
export interface ThresholdReport {
  readonly score_threshold: number;
  readonly scores: readonly (DetectionMetrics & { readonly eob: number })[];
}

/**
 * One row per score of `SCORE_THRESHOLDS`.
 *
 * @param predicted The predictions on each sheet with at least the lowest of these scores.
 */
export function thresholdTable(
  sheets: readonly { readonly ranges: readonly Range[] }[],
  predicted: readonly (readonly PredictedTable[])[],
): ThresholdReport[] {
  return SCORE_THRESHOLDS.map((least) => {
    const scores = scoreSheets(
      sheets.map(({ ranges }, i) => ({
        truth: ranges,
        predicted: predicted[i]!.filter(({ score }) => score >= least).map(({ range }) => range),
      })),
    );
    return {
      score_threshold: least,
      scores: scores.map(({ eob, tables: { precision, recall, f1, eob_mean } }) => {
        return { eob, precision, recall, f1, eob_mean };
      }),
    };
  });
}
