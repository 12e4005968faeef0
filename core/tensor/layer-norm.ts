/** Layer normalisation (arXiv 1607.06450). */

import * as tf from "@tensorflow/tfjs-core";
import { hasFused, runFused } from "./fused.ts";

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
  return tf.customGrad((...args) => {
    const [input, scale, shift, save] = args as unknown as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const [y, stats] = runFused("TableLayerNorm", { x: input, gamma: scale, beta: shift }, { eps });
    save([input, stats!]);
    return {
      value: y!,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [x, stats] = saved as [tf.Tensor, tf.Tensor];
        return runFused("TableLayerNormGrad", { dy, x, stats, gamma });
      },
    };
  })(x, gamma, beta);
}
