/** Where each row of a run stands on the axis of a chart. */

import type { MetricColumns } from "./metric-columns.ts";
import type { CurveAxis } from "./run-data.ts";

/** What the axes of epochs and sheets need to know of the run; null if unknown. */
export interface EpochSizes {
  readonly stepsPerEpoch: number | null;
  readonly sheetsPerEpoch: number | null;
  /** Sheets of one gradient step. */
  readonly sheetsPerStep: number | null;
}

/**
 * The positions of all rows, ascending. Within an epoch, `epoch` grows from step to step and reaches the
 * number of the epoch at its last one. `sheets` counts the sheets that were seen, over all epochs; without
 * the sizes it is the step.
 */
export function axisValues(metrics: MetricColumns, axis: CurveAxis, sizes: EpochSizes): Float64Array {
  if (axis === "time") return metrics.seconds;
  const { stepsPerEpoch: steps } = sizes;
  if (axis === "step" || (axis === "sheets" && steps === null)) return metrics.steps;
  if (steps === null) return metrics.epochs;
  return axis === "epoch" ? epochValues(metrics, steps) : sheetValues(metrics, steps, sizes);
}

function epochValues({ steps, epochs }: MetricColumns, perEpoch: number): Float64Array {
  const result = new Float64Array(steps.length);
  let before = 0; // the last step of the epoch before
  for (let row = 0; row < result.length; row++) {
    if (row === 0) before = (epochs[0]! - 1) * perEpoch;
    else if (epochs[row] !== epochs[row - 1]) before = steps[row - 1]!;
    const share = Math.min(1, Math.max(0, (steps[row]! - before) / perEpoch));
    result[row] = Math.max(result[row - 1] ?? 0, epochs[row]! - 1 + share);
  }
  return result;
}

function sheetValues(metrics: MetricColumns, steps: number, sizes: EpochSizes): Float64Array {
  const sheets = sizes.sheetsPerEpoch ?? steps;
  const perStep = sizes.sheetsPerStep ?? sheets / steps;
  // From an epoch with its share to whole steps, and from there to sheets: the last step may have fewer.
  return epochValues(metrics, steps).map((position) => {
    const done = Math.ceil(position) - 1;
    const inEpoch = Math.round((position - done) * steps) * perStep;
    return Math.max(0, done) * sheets + Math.min(sheets, Math.max(0, inEpoch));
  });
}
