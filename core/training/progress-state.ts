/** The progress of a run: with weights and optimiser, all that a resume needs to continue bit for bit. */

import type { Metrics } from "../base/metrics.ts";
import type { Moment } from "../hooks/lifecycle.ts";
import { type LossSums, meanLosses, NO_LOSS } from "../loss/loss-parts.ts";

/** The sums of the current epoch. */
export type EpochSums = LossSums & {
  /** Learning rate of the last step. */
  readonly lr: number;
  /** Time spent on the epoch up to its last step, in seconds, over all processes. */
  readonly seconds: number;
};

export const EMPTY_SUMS: EpochSums = { ...NO_LOSS, lr: 0, seconds: 0 };

/** The progress, as every checkpoint holds it in JSON. Steps and epochs count once they are finished. */
export interface ProgressState {
  /** Optimiser updates done. */
  readonly step: number;
  /** Epochs done, including their validation and hooks. */
  readonly epoch: number;
  /** Updates done in the current epoch. Once all are done, its validation follows. */
  readonly stepInEpoch: number;
  readonly sums: EpochSums;
  /** The best epoch so far and the metrics of its validation, see `isBetter`. */
  readonly best: { readonly epoch: number; readonly metrics: Metrics } | null;
  /** The first epoch with the lowest loss so far: that of the validation, or of the training without one. */
  readonly lowest: { readonly epoch: number; readonly loss: number } | null;
  /** Metrics of the last finished epoch. */
  readonly train: Metrics;
  readonly val: Metrics | null;
  /**
   * The last step's metrics, which wait for those of its epoch or of the validation after the step. Not empty
   * only between such a step and the end of the validation.
   */
  readonly pendingRow: Readonly<Record<string, number>>;
  /** Training time of the run so far, in seconds, over all of its processes. */
  readonly seconds: number;
}

export const FRESH_PROGRESS: ProgressState = {
  step: 0,
  epoch: 0,
  stepInEpoch: 0,
  sums: EMPTY_SUMS,
  best: null,
  lowest: null,
  train: {},
  val: null,
  pendingRow: {},
  seconds: 0,
};

/** The metrics of an epoch: means over its sheets, named as in docs/metrics.md without the prefix. */
export function trainMetrics(sums: EpochSums, hasDenseHead: boolean): Metrics {
  const { cls_loss, l1_loss, sheets } = sums;
  return {
    ...meanLosses(sums, hasDenseHead),
    lr: sums.lr,
    loss_ratio_cls_l1: cls_loss / sheets / (l1_loss / sheets + 1e-6),
  };
}

/**
 * The moment for plugins. Within an epoch it has the number of that epoch, between two that of the finished
 * one.
 */
export function momentOf({ step, epoch, stepInEpoch }: ProgressState): Moment {
  return { step, epoch: stepInEpoch > 0 ? epoch + 1 : epoch };
}
