/** Which metric is drawn over which axis, as W&B's metric definitions (`define_metric`). */

import type { MessageInitShape } from "@bufbuild/protobuf";
import { AXES, GRADIENT_NORMS, METRIC_PREFIXES } from "../../../core/plugin.ts";
import type { MetricRecordSchema } from "./records_pb.ts";

type MetricInit = MessageInitShape<typeof MetricRecordSchema>;

const { train, val, system, gradients } = METRIC_PREFIXES;
const PER_EPOCH = [train, val, system];
const PER_STEP = [gradients];
/** Drawn over steps, although their prefix is that of metrics per epoch. */
const NORMS: readonly string[] = Object.values(GRADIENT_NORMS);

/** The definitions to write before the first row. */
export function initialDefinitions(): MetricInit[] {
  return [
    ...AXES.map((name) => ({ name, options: { hidden: true, defined: true } })),
    ...NORMS.map((name) => exact(name, "global_step")),
    ...PER_EPOCH.map((prefix) => glob(prefix, "epoch")),
    ...PER_STEP.map((prefix) => glob(prefix, "global_step")),
  ];
}

/**
 * The definition to write when a metric appears for the first time. Servers that do not expand globs need
 * one for every name, and the metrics of plugins are drawn over gradient steps.
 *
 * @returns null if the initial definitions cover the metric, or if it has no name: without one, a definition
 *   would be that of a pattern.
 */
export function definitionOf(name: string): MetricInit | null {
  if (name === "" || name.startsWith("_") || AXES.some((axis) => axis === name) || NORMS.includes(name))
    return null;
  // Histograms: W&B's own client expands globs for numbers only.
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
