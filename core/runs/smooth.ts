/** Smooths a metric by an exponential moving average over all of its rows. */

/**
 * m ← weight · m + (1 − weight) · value, divided by 1 − weightⁿ after n values, as Adam corrects its moments
 * (Kingma and Ba 2015, section 3). Values that are not finite stay as they are and join no average.
 *
 * @param weight The weight of the past, 0 to below 1. 0 returns a copy.
 * @returns A new array.
 */
export function smoothed(values: Float64Array, weight: number): Float64Array {
  const result = new Float64Array(values.length);
  let [mean, rest] = [0, 1];
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!;
    if (!Number.isFinite(value)) {
      result[at] = value;
      continue;
    }
    mean = weight * mean + (1 - weight) * value;
    rest *= weight;
    result[at] = mean / (1 - rest);
  }
  return result;
}
