/** Thins out a metric to the rows that hold its extremes, so that a picture of it stays the same. */

/**
 * The rows with the least and the largest value of each bucket, and the first and the last row.
 *
 * @param buckets Parts with the same number of rows.
 * @returns Indices into `values`, ascending.
 */
export function extremeRows(values: Float64Array, buckets: number): Float64Array {
  const kept = new Set<number>([0, values.length - 1]);
  for (let bucket = 0; bucket < buckets; bucket++) {
    const first = Math.floor((bucket * values.length) / buckets);
    const end = Math.floor(((bucket + 1) * values.length) / buckets);
    let [least, largest] = [-1, -1];
    for (let at = first; at < end; at++) {
      const value = values[at]!;
      if (!Number.isFinite(value)) continue;
      if (least < 0 || value < values[least]!) least = at;
      if (largest < 0 || value > values[largest]!) largest = at;
    }
    for (const at of [least, largest]) if (at >= 0) kept.add(at);
  }
  return Float64Array.from([...kept].filter((at) => at >= 0).sort((a, b) => a - b));
}
