/**
 * The Gaussian error linear unit (arXiv 1606.08415), computed with erf and not with the tanh approximation.
 */

import * as tf from "@tensorflow/tfjs-core";
import { hasFused, runFused } from "./fused.ts";
import { recorded } from "./recorded.ts";

/**
 * x Φ(x).
 *
 * @param x Any shape.
 * @returns The same shape, owned by the caller.
 */
export function gelu(x: tf.Tensor): tf.Tensor {
  if (!hasFused("TableGelu")) {
    return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
  }
  return recorded([x], () => ({
    value: runFused("TableGelu", { x })[0]!,
    saved: [x],
    gradient: (dy, [x]) => runFused("TableGeluGrad", { dy, x: x! }),
  }));
}
