/** Which metric is drawn against which axis, as W&B's metric definitions (`define_metric`). */

import type { MessageInitShape } from "@bufbuild/protobuf";
import type { MetricRecordSchema } from "./records_pb.ts";

type MetricInit = MessageInitShape<typeof MetricRecordSchema>;

/** What a row always has, and what the others are drawn against. */
export const AXES = ["epoch", "global_step"] as const;

const PER_EPOCH = ["train/", "val/", "system/"];
const PER_STEP = ["gradients/"];
/** Per step in spite of their prefix. */
const NORMS = ["train/max_grad_norm", "train/mean_grad_norm"];

/** Definitions to write before the first row. */
export function initialDefinitions(): MetricInit[] {
  return [
    ...AXES.map((name) => ({ name, options: { hidden: true, defined: true } })),
    ...NORMS.map((name) => exact(name, "global_step")),
    ...PER_EPOCH.map((prefix) => glob(prefix, "epoch")),
    ...PER_STEP.map((prefix) => glob(prefix, "global_step")),
  ];
}

/**
 * The definition to write when a metric comes up for the first time: servers that expand no globs need one for every name,
 * and a plugin's own metrics are per gradient step. null where an earlier definition holds already.
 */
export function definitionOf(name: string): MetricInit | null {
  if (name.startsWith("_") || AXES.some((axis) => axis === name) || NORMS.includes(name)) return null;
  // Histograms are not numbers, and W&B's own client expands globs for numbers only.
  if (PER_STEP.some((prefix) => name.startsWith(prefix))) return null;
  if (!PER_EPOCH.some((prefix) => name.startsWith(prefix))) return exact(name, "global_step");
  return {
    name,
    stepMetric: "epoch",
    options: { stepSync: true },
    Control: { overwrite: true },
    expandedFromGlob: true,
  };
}

function exact(name: string, stepMetric: string): MetricInit {
  return { name, stepMetric, options: { stepSync: true, defined: true } };
}

function glob(prefix: string, stepMetric: string): MetricInit {
  return { globName: `${prefix}*`, stepMetric, options: { stepSync: true, defined: true } };
}
