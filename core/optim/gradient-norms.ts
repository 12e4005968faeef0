/** Norms of a gradient, and clipping by its global norm. Sums are kept in float64. */

import type { ParameterSet } from "../model/parameters.ts";

export interface GradientNorms {
  /** Euclidean norm over all values. */
  readonly global: number;
  /** The largest and the mean of the norms of the single parameters. */
  readonly max: number;
  readonly mean: number;
}

/** @param gradient Laid out like `parameters.flat`. */
export function gradientNorms(
  gradient: Float32Array,
  parameters: Pick<ParameterSet, "offsets">,
): GradientNorms {
  return normsOf(squaresOf(gradient, parameters.offsets));
}

/**
 * The sum of the squares of each parameter, in the order of its values.
 *
 * @param offsets Where each parameter begins in `gradient`, which may be a slice of whole parameters.
 */
export function squaresOf(gradient: Float32Array, offsets: readonly number[]): Float64Array {
  const sums = new Float64Array(offsets.length);
  for (let p = 0; p < offsets.length; p++) {
    const end = offsets[p + 1] ?? gradient.length;
    let squares = 0;
    for (let i = offsets[p]!; i < end; i++) squares += gradient[i]! * gradient[i]!;
    sums[p] = squares;
  }
  return sums;
}

/** @param squares The sum of the squares of each parameter, in the order of the parameters. */
export function normsOf(squares: Float64Array): GradientNorms {
  let total = 0;
  let max = 0;
  let sum = 0;
  for (const square of squares) {
    total += square;
    const norm = Math.sqrt(square);
    if (norm > max || Number.isNaN(norm)) max = norm; // once NaN, always NaN
    sum += norm;
  }
  return { global: Math.sqrt(total), max, mean: squares.length > 0 ? sum / squares.length : 0 };
}

/**
 * The factor that scales a gradient down to norm `maxNorm` if it is longer, as torch's clip_grad_norm_ does.
 *
 * @param maxNorm null for no clipping.
 */
export function clipScale(norm: number, maxNorm: number | null): number {
  if (maxNorm === null) return 1;
  return Math.min(1, maxNorm / (norm + 1e-6));
}
