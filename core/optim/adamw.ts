/** AdamW with decoupled weight decay (arXiv 1711.05101), with the arithmetic of torch.optim.AdamW. */

import { sharedFloats } from "../base/shared-floats.ts";

/** The state of the optimiser. Its arrays are laid out like the parameters. */
export interface AdamWState {
  /** Updates done. */
  step: number;
  /** Running mean of the gradients. */
  readonly expAvg: Float32Array;
  /** Running mean of the squared gradients. */
  readonly expAvgSq: Float32Array;
}

export interface AdamWOptions {
  lr: number;
  weightDecay: number;
  /** Factor that the gradient is multiplied by first, to clip it. @default 1 */
  gradientScale?: number;
  /** Decay rates of the two running means. @default 0.9, 0.999 */
  beta1?: number;
  beta2?: number;
  /** Added to the root of the mean square. @default 1e-8 */
  eps?: number;
}

/** The state before the first update. Its arrays lie in shared memory. */
export function freshAdamW(size: number): AdamWState {
  return { step: 0, expAvg: sharedFloats(size), expAvgSq: sharedFloats(size) };
}

/**
 * One update, in place: `parameters` and `state` change, `gradient` does not.
 *
 * @throws {RangeError} If the arrays differ in length.
 */
export function adamwStep(
  parameters: Float32Array,
  gradient: Float32Array,
  state: AdamWState,
  options: AdamWOptions,
): void {
  const { lr, weightDecay, gradientScale = 1, beta1 = 0.9, beta2 = 0.999, eps = 1e-8 } = options;
  const { expAvg, expAvgSq } = state;
  const size = parameters.length;
  if (gradient.length !== size || expAvg.length !== size || expAvgSq.length !== size) {
    throw new RangeError(
      `AdamW needs arrays of one length, got ${size} parameters, ${gradient.length} gradients, ` +
        `${expAvg.length} and ${expAvgSq.length} moments`,
    );
  }
  state.step++;
  const keep = 1 - lr * weightDecay;
  // m / (√v / c + eps) with c = √(1 − β₂ᵗ) is m c / (√v + eps c): one division per parameter, not two.
  const rootCorrection = Math.sqrt(1 - beta2 ** state.step);
  const stepSize = (lr / (1 - beta1 ** state.step)) * rootCorrection;
  const floor = eps * rootCorrection;
  update(parameters, gradient, expAvg, expAvgSq, gradientScale, beta1, beta2, keep, stepSize, floor);
}

/**
 * The same update of `state` alone, for parameters whose new values are known: its bits are those of
 * `adamwStep`. It needs neither division nor root, so it takes a fraction of the time.
 *
 * @throws {RangeError} If the arrays differ in length.
 */
export function followMoments(
  gradient: Float32Array,
  state: AdamWState,
  { gradientScale = 1, beta1 = 0.9, beta2 = 0.999 }: AdamWOptions,
): void {
  const { expAvg, expAvgSq } = state;
  if (expAvg.length !== gradient.length || expAvgSq.length !== gradient.length) {
    throw new RangeError(
      `AdamW needs arrays of one length, got ${gradient.length} gradients, ` +
        `${expAvg.length} and ${expAvgSq.length} moments`,
    );
  }
  state.step++;
  updateMoments(gradient, expAvg, expAvgSq, gradientScale, beta1, beta2);
}

function updateMoments(
  gradient: Float32Array,
  expAvg: Float32Array,
  expAvgSq: Float32Array,
  gradientScale: number,
  beta1: number,
  beta2: number,
): void {
  const fresh1 = 1 - beta1;
  const fresh2 = 1 - beta2;
  for (let i = 0; i < gradient.length; i++) {
    const g = gradient[i]! * gradientScale;
    expAvg[i] = beta1 * expAvg[i]! + fresh1 * g;
    expAvgSq[i] = beta2 * expAvgSq[i]! + fresh2 * g * g;
  }
}

/**
 * The loop has a function of its own, with numbers and arrays only: inside `adamwStep` it runs at half the
 * speed.
 */
function update(
  parameters: Float32Array,
  gradient: Float32Array,
  expAvg: Float32Array,
  expAvgSq: Float32Array,
  gradientScale: number,
  beta1: number,
  beta2: number,
  keep: number,
  stepSize: number,
  floor: number,
): void {
  const fresh1 = 1 - beta1;
  const fresh2 = 1 - beta2;
  for (let i = 0; i < parameters.length; i++) {
    const g = gradient[i]! * gradientScale;
    const mean = beta1 * expAvg[i]! + fresh1 * g;
    const square = beta2 * expAvgSq[i]! + fresh2 * g * g;
    expAvg[i] = mean;
    expAvgSq[i] = square;
    parameters[i] = parameters[i]! * keep - (stepSize * mean) / (Math.sqrt(square) + floor);
  }
}
