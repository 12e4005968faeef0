/** The running average of the weights, which is what a trained network is used with: steadier than the last step's. */

/**
 * average += (1 − d) · (weights − average), with d = min(decay, (step + 1) / (step + 10)): the first steps, from which little
 * should stay, count less. In place.
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
