/**
 * How well scores agree with how often a prediction is right: the expected calibration error (Naeini et al.,
 * "Obtaining Well Calibrated Probabilities Using Bayesian Binning", AAAI 2015; Guo et al., "On Calibration of
 * Modern Neural Networks", ICML 2017).
 */

import type { PredictedTable } from "../base/predicted-table.ts";
import type { Range } from "../base/range.ts";
import { matchByEob } from "./eob.ts";
import { NEAR_EOB } from "./table-errors.ts";

/** Bins of equal width over scores from 0 to 1. */
const BINS = 10;

/** The predictions with scores from `from` up to `to` (the last bin includes 1). */
interface CalibrationBin {
  readonly from: number;
  readonly to: number;
  readonly predicted: number;
  /** The mean of their scores, 0 … 1. */
  readonly score: number;
  /** The share of them that is right, 0 … 1. */
  readonly precision: number;
}

export interface Calibration {
  /** A prediction is right if it is matched with a true table at this EoB, in cells. */
  readonly eob: number;
  /** Predictions with scores from here on are counted, 0 … 1. */
  readonly score_threshold: number;
  readonly predicted: number;
  /**
   * The expected calibration error, 0 … 1: the mean over predictions of how far the precision of their bin is
   * from its mean score. Null without predictions.
   */
  readonly error: number | null;
  /** Without empty bins, the lowest scores first. */
  readonly bins: readonly CalibrationBin[];
}

/** A sheet: its tables, and the predictions, best score first. */
interface ScoredSheet {
  readonly truth: readonly Range[];
  readonly predicted: readonly PredictedTable[];
}

/** @param scoreThreshold The least score that a prediction can have, for the record. */
export function calibration(sheets: readonly ScoredSheet[], scoreThreshold: number): Calibration {
  const seen = sheets.flatMap(({ truth, predicted }) => {
    const matches = matchByEob(
      truth,
      predicted.map(({ range }) => range),
      NEAR_EOB,
    );
    const right = new Set(matches.map((match) => match.predicted));
    return predicted.map(({ score }, index) => ({ score, isRight: right.has(index) }));
  });
  const bins = Array.from({ length: BINS }, (_, at) => at).flatMap((at) => {
    const inside = seen.filter(({ score }) => Math.min(BINS - 1, Math.floor(score * BINS)) === at);
    if (inside.length === 0) return [];
    const score = inside.reduce((sum, each) => sum + each.score, 0) / inside.length;
    const precision = inside.filter(({ isRight }) => isRight).length / inside.length;
    return [{ from: at / BINS, to: (at + 1) / BINS, predicted: inside.length, score, precision }];
  });
  const gap = bins.reduce((sum, { predicted, score, precision }) => {
    return sum + predicted * Math.abs(precision - score);
  }, 0);
  return {
    eob: NEAR_EOB,
    score_threshold: scoreThreshold,
    predicted: seen.length,
    error: seen.length === 0 ? null : gap / seen.length,
    bins,
  };
}
