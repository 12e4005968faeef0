/** Evaluates the detector on the validation split. */

import type { Metrics } from "../base/metrics.ts";
import type { PredictedTable } from "../base/predicted-table.ts";
import type { SheetEntry } from "../dataset/dataset.ts";
import { decodeTables } from "../detection/decode.ts";
import type { GradientEngine } from "../detection/engine/gradient-engine.ts";
import type { SheetPrediction } from "../hooks/lifecycle.ts";
import { addCounts, countSheet, detectionMetrics, NO_COUNTS } from "../scoring/detection-metrics.ts";
import { stableThreshold } from "../scoring/stable-threshold.ts";
import { labelledSheet } from "./loaded-sheets.ts";
import { trainingSheet } from "./sample-source.ts";

export interface ValidationResult {
  /** loss (mean over sheets), precision, recall, f1, eob_mean. */
  readonly metrics: Metrics;
  readonly sheets: readonly SheetPrediction[];
  /** The loss of each sheet, in the order of `sheets`. */
  readonly losses: readonly number[];
}

/** Sheets per call of the engine: enough to keep all workers busy, few enough to react to a signal soon. */
const CHUNK = 16;

/**
 * Finds the tables of the sheets and compares them with the labels.
 *
 * @param thresholds `score` is the least score of a table, or `auto` to choose one from these sheets, which
 *   becomes the metric `score_threshold`. `eob` is the largest error of boundary of a match, in cells.
 * @param interrupted Called between chunks of sheets; true ends the evaluation.
 * @returns null if the evaluation was ended.
 */
export async function validate(
  engine: GradientEngine,
  entries: readonly SheetEntry[],
  thresholds: { readonly score: number | "auto"; readonly eob: number },
  interrupted: () => boolean,
): Promise<ValidationResult | null> {
  const { score, eob } = thresholds;
  const losses: number[] = [];
  const found: PredictedTable[][] = [];
  for (let at = 0; at < entries.length; at += CHUNK) {
    if (interrupted()) return null;
    const chunk = entries.slice(at, at + CHUNK);
    // One sheet per batch, so that a sheet's loss does not depend on its neighbours.
    const batches = chunk.map((entry) => ({ sheets: [trainingSheet(entry)], seed: [], weight: 1 }));
    const detections = await engine.detect(batches, { withLoss: true });
    for (const [index, entry] of chunk.entries()) {
      const detection = detections[index]![0]!;
      const least = score === "auto" ? 0 : score;
      found.push(decodeTables(detection.scores, detection.boxes, entry, least));
      losses.push(detection.loss!.total);
    }
  }
  const scored = entries.map(({ ranges }, index) => ({ truth: ranges, found: found[index]! }));
  const threshold = score === "auto" ? stableThreshold(scored, eob) : score;
  let counts = NO_COUNTS;
  const sheets = entries.map((entry, index): SheetPrediction => {
    const predicted = found[index]!.filter((table) => table.score >= threshold);
    counts = addCounts(
      counts,
      countSheet(
        entry.ranges,
        predicted.map(({ range }) => range),
        eob,
      ),
    );
    return { ...labelledSheet(entry), predicted };
  });
  const chosen: Metrics = score === "auto" ? { score_threshold: threshold } : {};
  const loss = losses.reduce((sum, own) => sum + own, 0) / entries.length;
  return { metrics: { loss, ...detectionMetrics(counts), ...chosen }, sheets, losses };
}
