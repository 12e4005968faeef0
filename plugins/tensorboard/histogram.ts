/** A histogram of numbers, as TensorBoard's `HistogramProto` has it. */

export interface Histogram {
  readonly min: number;
  readonly max: number;
  readonly count: number;
  readonly sum: number;
  readonly sumOfSquares: number;
  /** The right edge of each bucket; the left edge of the first one is `min`. */
  readonly limits: readonly number[];
  /** How many values each bucket has. */
  readonly counts: readonly number[];
}

const BUCKETS = 30;

/** @returns null if no value is finite; values that are not finite are left out. */
export function histogramOf(values: Float32Array): Histogram | null {
  let [min, max, count, sum, sumOfSquares] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0, 0];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
    count++;
    sum += value;
    sumOfSquares += value * value;
  }
  if (count === 0) return null;
  const width = (max - min) / BUCKETS;
  if (width === 0) return { min, max, count, sum, sumOfSquares, limits: [max], counts: [count] };
  const counts = new Array<number>(BUCKETS).fill(0);
  for (const value of values) {
    if (Number.isFinite(value)) counts[Math.min(BUCKETS - 1, Math.floor((value - min) / width))]!++;
  }
  const limits = counts.map((_, index) => (index === BUCKETS - 1 ? max : min + (index + 1) * width));
  return { min, max, count, sum, sumOfSquares, limits, counts };
}
