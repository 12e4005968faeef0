/**
 * The one list of what a run measures: every metric that the project logs itself, and the names of a run's
 * summary.
 */

import type { Metrics } from "../base/metrics.ts";
import { LOSS_PARTS } from "../loss/loss-parts.ts";
import type { DetectionMetrics } from "../scoring/detection-metrics.ts";

/** What every row has; the other metrics are drawn against one of them. */
export const AXES = ["epoch", "global_step"] as const;

/**
 * What metrics begin with. Those of `train`, `val` and `system` are logged once per epoch, the others at
 * gradient steps.
 */
export const METRIC_PREFIXES = {
  train: "train/",
  val: "val/",
  /** A validation within an epoch, with `training.validate_every_n_steps`; logged at its gradient step. */
  stepVal: "step_val/",
  system: "system/",
  gradients: "gradients/",
} as const;

/** Logged at every gradient step in spite of their prefix: norms over parameters, before clipping. */
export const GRADIENT_NORMS = { max: "train/max_grad_norm", mean: "train/mean_grad_norm" } as const;

/** What plugins changed about a gradient step, by the key that they returned; only in rows of such steps. */
export const CONTROL_METRICS = {
  lr: "control/lr",
  skip: "control/skipped",
  clip: "control/clip",
} as const;

/** Of an epoch and all processes of the run; memory is in MB (2^20 bytes). */
export const SYSTEM_METRICS = {
  cpuMemory: "system/cpu_memory_mb",
  gpuMemory: "system/gpu_memory_mb",
  epochTime: "system/epoch_time_seconds",
} as const;

/** What an epoch has of its training besides the parts of the loss, without prefix. */
const TRAIN_METRICS = ["loss_ratio_cls_l1", "lr"] as const;

/** What an epoch has of its validation, without prefix. */
const VAL_METRICS = [
  "loss",
  "precision",
  "recall",
  "f1",
  "eob_mean",
  "score_threshold",
] as const satisfies readonly ("loss" | "score_threshold" | keyof DetectionMetrics)[];

/** What the summary of a run holds of its best epoch's validation, in this order, as `best_{name}`. */
const BEST_METRICS = [
  "f1",
  "precision",
  "recall",
  "loss",
  "eob_mean",
] as const satisfies readonly (typeof VAL_METRICS)[number][];

/**
 * All metrics of rows in the order of docs/metrics.md; histograms of gradients are named after the
 * parameters.
 *
 * @internal Only the test that compares docs/metrics.md with this list needs all of them.
 */
export const METRIC_NAMES: readonly string[] = [
  ...LOSS_PARTS.map(({ metric }) => METRIC_PREFIXES.train + metric),
  ...TRAIN_METRICS.map((name) => METRIC_PREFIXES.train + name),
  ...VAL_METRICS.map((name) => METRIC_PREFIXES.val + name),
  ...VAL_METRICS.map((name) => METRIC_PREFIXES.stepVal + name),
  ...Object.values(GRADIENT_NORMS),
  ...Object.values(CONTROL_METRICS),
  ...Object.values(SYSTEM_METRICS),
];

/**
 * All names of a run's summary.
 *
 * @internal As `METRIC_NAMES`.
 */
export const SUMMARY_NAMES = ["best_epoch", ...BEST_METRICS.map((name) => `best_${name}` as const)] as const;

/**
 * The metrics of an epoch, or of a validation within one, as a row has them: with their prefix, and without
 * those that there is nothing of.
 */
export function epochMetrics(kind: "train" | "val" | "stepVal", metrics: Metrics): Record<string, number> {
  const known = Object.entries(metrics).filter((entry): entry is [string, number] => entry[1] !== null);
  return Object.fromEntries(known.map(([name, value]) => [METRIC_PREFIXES[kind] + name, value]));
}

/** The summary of a run from the epoch with the best validation F1 and the metrics of that validation. */
export function bestSummary(epoch: number, val: Metrics): Metrics {
  const known = BEST_METRICS.filter((name) => val[name] !== undefined);
  return { best_epoch: epoch, ...Object.fromEntries(known.map((name) => [`best_${name}`, val[name]!])) };
}
