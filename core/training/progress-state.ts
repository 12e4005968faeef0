/** Where a run stands: everything but weights and optimiser that a resume needs to go on bit for bit. */

import type { Metrics } from "../base/metrics.ts";
import type { Moment } from "../hooks/lifecycle.ts";
import { type LossSums, meanLosses, NO_LOSS } from "../loss/loss-parts.ts";

/** The sums of the epoch that is under way. */
export type EpochSums = LossSums & {
  /** Learning rate of the last step. */
  readonly lr: number;
  /** Time spent on the epoch by earlier processes, seconds. */
  readonly seconds: number;
};

export const EMPTY_SUMS: EpochSums = { ...NO_LOSS, lr: 0, seconds: 0 };

/** JSON-safe; saved in every checkpoint. Units are counted when they are finished. */
export interface ProgressState {
  /** Optimiser updates done. */
  readonly step: number;
  /** Epochs done, their validation and hooks included. */
  readonly epoch: number;
  /** Updates done in the epoch that is under way; all of them while its validation is outstanding. */
  readonly stepInEpoch: number;
  readonly sums: EpochSums;
  /** The epoch with the best validation F1 so far and its metrics; early stopping counts from it. */
  readonly best: { readonly epoch: number; readonly metrics: Metrics } | null;
  /** Metrics of the last finished epoch. */
  readonly train: Metrics;
  readonly val: Metrics | null;
  /** What was logged for the last step and waits for its epoch's values; empty but for an interrupted validation. */
  readonly pendingRow: Readonly<Record<string, number>>;
  /** Training time of this run so far, over all processes, seconds. */
  readonly seconds: number;
}

export const FRESH_PROGRESS: ProgressState = {
  step: 0,
  epoch: 0,
  stepInEpoch: 0,
  sums: EMPTY_SUMS,
  best: null,
  train: {},
  val: null,
  pendingRow: {},
  seconds: 0,
};

/** The epoch's means over sheets, under the names of docs/metrics.md without their prefix. */
export function trainMetrics(sums: EpochSums, hasDenseHead: boolean): Metrics {
  const { cls_loss, l1_loss, sheets } = sums;
  return {
    ...meanLosses(sums, hasDenseHead),
    lr: sums.lr,
    loss_ratio_cls_l1: cls_loss / sheets / (l1_loss / sheets + 1e-6),
  };
}

/** Where the run stands for plugins: within an epoch, that epoch's number; between two, that of the finished one. */
export function momentOf({ step, epoch, stepInEpoch }: ProgressState): Moment {
  return { step, epoch: stepInEpoch > 0 ? epoch + 1 : epoch };
}
