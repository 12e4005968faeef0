/**
 * The running average of the weights. Validation and prediction use it: it is steadier than the last weights.
 */

/**
 * In place: average += (1 − d) · (weights − average), with d = min(decay, (step + 1) / (step + 10)). In the
 * first steps d is small, so that the average soon forgets the initial weights.
 *
 * @param step Optimiser updates done, from 1.
 *
 * @example
 * updateAverage(average, weights, 0.999, 1); // d = 2 / 11
 */
export function updateAverage(
  average: Float32Array,
  weights: Float32Array,
  decay: number,
  step: number,
): void {
  const share = 1 - Math.min(decay, (step + 1) / (step + 10));
  for (let i = 0; i < average.length; i++) average[i] = average[i]! + share * (weights[i]! - average[i]!);
}
