/** Layer normalisation (arXiv 1607.06450). */

import * as tf from "@tensorflow/tfjs-core";
import { hasFused, runFused } from "./fused.ts";
import { recorded } from "./recorded.ts";

/**
 * (x − mean) / √(variance + eps) · gamma + beta over the last axis, with the biased variance.
 *
 * @param x [T, N].
 * @param gamma [N]; it outlives the tape, as parameters do.
 * @param beta [N].
 * @returns [T, N], owned by the caller.
 */
export function layerNorm(x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, eps: number): tf.Tensor {
  if (!hasFused("TableLayerNorm")) {
    const { mean, variance } = tf.moments(x, -1, true);
    const normal = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, eps)));
    return tf.add(tf.mul(normal, gamma), beta);
  }
  return recorded([x, gamma, beta], () => {
    const [y, stats] = runFused("TableLayerNorm", { x, gamma, beta }, { eps });
    return {
      value: y!,
      saved: [x],
      extra: [stats!],
      gradient: (dy, [x, stats]) => runFused("TableLayerNormGrad", { dy, x: x!, stats: stats!, gamma }),
    };
  });
}
