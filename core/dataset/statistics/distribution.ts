/**
 * The distribution of numbers: quantiles, and a histogram over bins that are the same for every dataset.
 */

/** A bin of a histogram: `low` ≤ value < `high`. */
export interface Bin {
  readonly low: number;
  readonly high: number;
  /** Its label: "9–16". */
  readonly label: string;
}

/** A measure's name, what it counts and its bins. */
export interface Measure {
  readonly name: string;
  /** What is counted, one number each: "sheets", "tables". */
  readonly of: string;
  /** "%" means 0 … 100; any other unit means a count. */
  readonly unit: "" | "%";
  readonly bins: readonly Bin[];
}

export interface Distribution {
  readonly count: number;
  /** All are null if there are no numbers. */
  readonly min: number | null;
  readonly p10: number | null;
  readonly median: number | null;
  readonly p90: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  /** How many numbers are in each bin of the measure. */
  readonly histogram: readonly number[];
}

/** The distribution of `values`. A value outside all bins counts in the nearest one. */
export function distribution(values: readonly number[], bins: readonly Bin[]): Distribution {
  const sorted = values.toSorted((a, b) => a - b);
  const histogram = bins.map(() => 0);
  for (const value of sorted) {
    const found = bins.findIndex(({ high }) => value < high);
    histogram[found < 0 ? bins.length - 1 : found]!++;
  }
  const mean = values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
  const [min, p10, median, p90, max] = [0, 0.1, 0.5, 0.9, 1].map((share) => quantile(sorted, share));
  return {
    count: values.length,
    min: min ?? null,
    p10: p10 ?? null,
    median: median ?? null,
    p90: p90 ?? null,
    max: max ?? null,
    mean,
    histogram,
  };
}

/** The smallest number that at least a share of `share` of the numbers do not exceed. */
function quantile(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

/** Bins of whole numbers that begin at the given numbers: `[1, 2, 5]` → 1, 2–4, 5+. */
export function integerBins(starts: readonly number[]): Bin[] {
  return starts.map((low, index) => {
    const high = starts[index + 1] ?? Number.POSITIVE_INFINITY;
    const label =
      high === Number.POSITIVE_INFINITY ? `${low}+` : high === low + 1 ? `${low}` : `${low}–${high - 1}`;
    return { low, high, label };
  });
}

/** Ten bins of per cent. 100 is in the last one. */
export function percentBins(): Bin[] {
  return Array.from({ length: 10 }, (_, index) => ({
    low: index * 10,
    high: index === 9 ? Number.POSITIVE_INFINITY : index * 10 + 10,
    label: `${index * 10}–${index === 9 ? 100 : index * 10 + 9}`,
  }));
}
