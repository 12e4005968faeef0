/** The least score that a table has to have, as configured or as a validation chose it. */

import type { Metrics } from "./metrics.ts";

/** The threshold where nothing else is configured and no validation has chosen one, 0 … 1. */
export const USUAL_SCORE_THRESHOLD = 0.5;

/** A threshold for people: `0.412`. */
export function shownThreshold(threshold: number): string {
  return String(Number(threshold.toFixed(3)));
}

/**
 * The threshold to use with a checkpoint's weights.
 *
 * @param configured `evaluation.score_threshold` of its configuration.
 * @param validation Metrics of its last validation; null if it was never validated.
 */
export function scoreThreshold(configured: number | "auto", validation: Metrics | null): number {
  if (configured !== "auto") return configured;
  return validation?.score_threshold ?? USUAL_SCORE_THRESHOLD;
}
