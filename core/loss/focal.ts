/** Focal loss of sigmoid logits (arXiv 1708.02002), with its gradient. */

/** α, the weight of tables (background has 1 − α), and γ, the exponent that makes easy logits count less. */
export const FOCAL_ALPHA = 0.25;
export const FOCAL_GAMMA = 2;

/** The loss of one logit and its derivative; `target` is 1 for a table, 0 for background. */
export function focal(logit: number, target: number): { loss: number; slope: number } {
  // With u the logit towards the target: p_t = σ(u), loss = w (1 − p_t)^γ · −log p_t.
  const sign = target === 1 ? 1 : -1;
  const weight = target === 1 ? FOCAL_ALPHA : 1 - FOCAL_ALPHA;
  const u = sign * logit;
  const miss = 1 / (1 + Math.exp(u)); // 1 − p_t
  const entropy = u > 0 ? Math.log1p(Math.exp(-u)) : Math.log1p(Math.exp(u)) - u;
  const modulation = weight * miss ** FOCAL_GAMMA;
  // d(1 − p_t)/du = −p_t (1 − p_t), d(−log p_t)/du = −(1 − p_t)
  return {
    loss: modulation * entropy,
    slope: -sign * modulation * (FOCAL_GAMMA * (1 - miss) * entropy + miss),
  };
}
