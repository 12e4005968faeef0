/**
 * The Gaussian error linear unit (arXiv 1606.08415), computed with erf and not with the tanh approximation.
 */

import * as tf from "@tensorflow/tfjs-core";
import { hasFused, runFused } from "./fused.ts";

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
  return tf.customGrad((...args) => {
    const [input, save] = args as unknown as [tf.Tensor, tf.GradSaveFunc];
    save([input]);
    return {
      value: runFused("TableGelu", { x: input })[0]!,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => runFused("TableGeluGrad", { dy, x: saved[0]! }),
    };
  })(x);
}
