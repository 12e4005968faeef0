/** Moves boxes in logit space, over plain arrays. */

/** Keeps logits finite at the edges. */
const EPS = 1e-5;

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** log(x / (1 − x)), both clamped at 1e-5 from below. */
function inverseSigmoid(x: number): number {
  const inside = Math.min(1, Math.max(0, x));
  return Math.log(Math.max(inside, EPS) / Math.max(1 - inside, EPS));
}

/** The derivative of `inverseSigmoid`. A clamp that holds stops the part of the gradient through it. */
function inverseSigmoidSlope(x: number): number {
  if (x < 0 || x > 1) return 0;
  return (x >= EPS ? 1 / x : 0) + (1 - x >= EPS ? 1 / (1 - x) : 0);
}

/**
 * moved [N, 4] = σ(delta + σ⁻¹(start)). `start` is [N, 4], or [N, 2]: width and height are then σ(delta)
 * alone.
 */
export function refineBoxes(
  delta: Float32Array,
  start: Float32Array,
  corners: number,
  moved: Float32Array,
): void {
  for (let i = 0; i < delta.length; i++) {
    const axis = i & 3;
    const base = axis < corners ? inverseSigmoid(start[(i >> 2) * corners + axis]!) : 0;
    moved[i] = sigmoid(delta[i]! + base);
  }
}

/** The gradient of `refineBoxes`. */
export function refineBoxesGrad(
  gradient: Float32Array,
  moved: Float32Array,
  start: Float32Array,
  corners: number,
  ddelta: Float32Array,
  dstart: Float32Array,
): void {
  for (let i = 0; i < moved.length; i++) {
    const axis = i & 3;
    const slope = gradient[i]! * moved[i]! * (1 - moved[i]!);
    ddelta[i] = slope;
    if (axis < corners) {
      const at = (i >> 2) * corners + axis;
      dstart[at] = slope * inverseSigmoidSlope(start[at]!);
    }
  }
}
