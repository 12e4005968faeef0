/** Sorts the true and the predicted tables of a sheet by kind of mistake. */

import { type Range, rangeArea, rangeIou, sharedArea } from "../base/range.ts";
import { eob, matchByEob } from "./eob.ts";

/** The largest EoB of a near miss, in cells. The literature counts it as found. */
export const NEAR_EOB = 2;
/** Up to this IoU two ranges count as unrelated. */
const LEAST_IOU = 0.1;
/** A range covers another one if it has at least this share of its cells. */
const COVERED = 0.5;

/**
 * Each true table is of exactly one kind, the first that fits:
 *
 * - `exact`: matched with EoB 0; `near`: matched with EoB 1 or 2;
 * - `joined`: one prediction covers at least half of it and at least half of another true table;
 * - `split`: at least two predictions lie in it, each by at least half of its own cells;
 * - `missed`: no prediction has an IoU with it above 0.1;
 * - `edge`: the best prediction has an edge that is more than 2 cells off.
 */
export const TRUTH_KINDS = ["exact", "near", "edge", "joined", "split", "missed"] as const;
export type TruthKind = (typeof TRUTH_KINDS)[number];

/**
 * Each predicted table is of exactly one kind, the first that fits:
 *
 * - `exact`, `near`: as above;
 * - `joined`: it covers several true tables;
 * - `split`: it is one of several pieces of a true table;
 * - `false`: it has no IoU above 0.1 with any true table;
 * - `duplicate`: the true table that it overlaps most is matched with another prediction;
 * - `edge`: the rest.
 */
export const PREDICTED_KINDS = ["exact", "near", "edge", "joined", "split", "duplicate", "false"] as const;
export type PredictedKind = (typeof PREDICTED_KINDS)[number];

interface TruthOutcome {
  readonly kind: TruthKind;
  /**
   * The index of the prediction that it was matched with or has the largest IoU with; null if it was
   * missed.
   */
  readonly predicted: number | null;
  /** The EoB to that prediction, in cells. */
  readonly eob: number | null;
}

export interface TableErrors {
  /** One per true table. */
  readonly truth: readonly TruthOutcome[];
  /** One per predicted table. */
  readonly predicted: readonly PredictedKind[];
}

/** The kind of every table. @param predicted In order of falling score. */
export function tableErrors(truth: readonly Range[], predicted: readonly Range[]): TableErrors {
  const matches = matchByEob(truth, predicted, NEAR_EOB);
  const matchOfTruth = new Map(matches.map((match) => [match.truth, match]));
  const matchOfPredicted = new Map(matches.map((match) => [match.predicted, match]));
  const covers = (outer: Range, inner: Range) => sharedArea(outer, inner) >= COVERED * rangeArea(inner);
  const joining = predicted.map((range) => truth.filter((each) => covers(range, each)).length >= 2);
  const isSplit = truth.map((each) => predicted.filter((range) => covers(each, range)).length >= 2);

  const truthOutcomes = truth.map((each, t): TruthOutcome => {
    const match = matchOfTruth.get(t);
    if (match)
      return { kind: match.eob === 0 ? "exact" : "near", predicted: match.predicted, eob: match.eob };
    const best = nearestOf(each, predicted);
    const isJoined = predicted.some((range, p) => joining[p]! && covers(range, each));
    const kind = isJoined ? "joined" : isSplit[t]! ? "split" : best === null ? "missed" : "edge";
    return { kind, predicted: best, eob: best === null ? null : eob(each, predicted[best]!) };
  });
  const predictedKinds = predicted.map((range, p): PredictedKind => {
    const match = matchOfPredicted.get(p);
    if (match) return match.eob === 0 ? "exact" : "near";
    if (joining[p]!) return "joined";
    if (truth.some((each, t) => isSplit[t]! && !matchOfTruth.has(t) && covers(each, range))) return "split";
    const best = nearestOf(range, truth);
    if (best === null) return "false";
    return matchOfTruth.has(best) ? "duplicate" : "edge";
  });
  return { truth: truthOutcomes, predicted: predictedKinds };
}

/** The index of the range with the largest IoU above 0.1; null if there is none. */
function nearestOf(range: Range, others: readonly Range[]): number | null {
  let best: number | null = null;
  let bestIou = LEAST_IOU;
  for (const [index, other] of others.entries()) {
    const iou = rangeIou(range, other);
    if (iou > bestIou) [best, bestIou] = [index, iou];
  }
  return best;
}
