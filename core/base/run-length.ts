/** Run-length coding of numbers that often repeat, such as the looks of a sheet's cells. */

/** Value, count, value, count … */
export function encodeRuns(values: Uint16Array): number[] {
  const runs: number[] = [];
  for (let from = 0; from < values.length; ) {
    const value = values[from]!;
    let to = from + 1;
    while (to < values.length && values[to] === value) to++;
    runs.push(value, to - from);
    from = to;
  }
  return runs;
}

/**
 * The inverse of `encodeRuns`. Runs beyond the last value are cut off; values that are missing are 0.
 *
 * @param count The number of values.
 * @internal Tests read records back with it; the page of the viewer spreads the runs itself.
 */
export function decodeRuns(runs: readonly number[], count: number): Uint16Array {
  const values = new Uint16Array(count);
  for (let at = 0, value = 0; at + 1 < runs.length && value < count; at += 2) {
    const end = value + runs[at + 1]!;
    values.fill(runs[at]!, value, end);
    value = end;
  }
  return values;
}
