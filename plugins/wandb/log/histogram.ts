/** Histograms in W&B's form: the count of each bin and the edges of the bins. */

import { binEdges, countInBins } from "../../../core/plugin.ts";

export interface Histogram {
  readonly _type: "histogram";
  /** The counts, at most 512. */
  readonly values: readonly number[];
  /** The edges, ascending: one more than counts. */
  readonly bins: readonly number[];
}

/**
 * Counts values in 64 equal bins between the smallest and the largest finite one, as `wandb.watch` does; in
 * one bin if all are the same. The last bin includes its upper edge.
 *
 * @returns The histogram, null if no value is finite; and how many values are not finite.
 */
export function histogramOf(values: Float32Array): { histogram: Histogram | null; nonFinite: number } {
  const { counts, min, max, nonFinite } = countInBins(values);
  if (counts.length === 0) return { histogram: null, nonFinite };
  const bins = binEdges(min, max, counts.length);
  return { histogram: { _type: "histogram", values: counts, bins }, nonFinite };
}
