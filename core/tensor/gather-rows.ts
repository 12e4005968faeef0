/** Gathers rows of a matrix, with a gradient whose time is linear in the rows read. */

import * as tf from "@tensorflow/tfjs-core";

/**
 * The rows `index` of x. The gather of TensorFlow.js back-propagates through a segment sum, for which its
 * plain backend needs time rows × reads.
 *
 * @param x [R, N].
 * @param index [K] int32 in 0 … R − 1.
 * @returns [K, N], owned by the caller.
 */
export function gatherRows(x: tf.Tensor, index: tf.Tensor1D): tf.Tensor {
  return tf.customGrad((...args) => {
    const [rows, save] = args as unknown as [tf.Tensor, tf.GradSaveFunc];
    save([index]);
    return {
      value: tf.gather(rows, index),
      // The gradients of a row that was read several times add up.
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        tf.scatterND(tf.reshape(saved[0]!, [-1, 1]), dy, rows.shape as [number, number]),
    };
  })(x);
}
