/** Where a run stands: everything but weights and optimiser that a resume needs to go on bit for bit. */

import type { Metrics } from "../base/metrics.ts";
import type { Moment } from "../hooks/lifecycle.ts";

/** The loss and its parts, summed over sheets. */
export interface LossSums {
  readonly sheets: number;
  readonly loss: number;
  readonly det_loss: number;
  readonly cls_loss: number;
  readonly l1_loss: number;
  readonly iou_loss: number;
  /** Of the dense head; 0 without one. */
  readonly dense_loss: number;
}

/** The sums of the epoch that is under way. */
export interface EpochSums extends LossSums {
  /** Learning rate of the last step. */
  readonly lr: number;
  /** Time spent on the epoch by earlier processes, seconds. */
  readonly seconds: number;
}

export const EMPTY_SUMS: EpochSums = {
  sheets: 0,
  loss: 0,
  det_loss: 0,
  cls_loss: 0,
  l1_loss: 0,
  iou_loss: 0,
  dense_loss: 0,
  lr: 0,
  seconds: 0,
};

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
  const mean = (sum: number) => sum / sums.sheets;
  const cls = mean(sums.cls_loss);
  const l1 = mean(sums.l1_loss);
  return {
    loss: mean(sums.loss),
    det_loss: mean(sums.det_loss),
    cls_loss: cls,
    l1_loss: l1,
    iou_loss: mean(sums.iou_loss),
    ...(hasDenseHead ? { dense_loss: mean(sums.dense_loss) } : {}),
    lr: sums.lr,
    loss_ratio_cls_l1: cls / (l1 + 1e-6),
  };
}

export function addSums(a: LossSums, b: LossSums): LossSums {
  return {
    sheets: a.sheets + b.sheets,
    loss: a.loss + b.loss,
    det_loss: a.det_loss + b.det_loss,
    cls_loss: a.cls_loss + b.cls_loss,
    l1_loss: a.l1_loss + b.l1_loss,
    iou_loss: a.iou_loss + b.iou_loss,
    dense_loss: a.dense_loss + b.dense_loss,
  };
}

/** Where the run stands for plugins: within an epoch, that epoch's number; between two, that of the finished one. */
export function momentOf({ step, epoch, stepInEpoch }: ProgressState): Moment {
  return { step, epoch: stepInEpoch > 0 ? epoch + 1 : epoch };
}
