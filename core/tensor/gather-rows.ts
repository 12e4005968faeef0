/** Rows of a matrix by number, with a gradient that is linear in the rows read. */

import * as tf from "@tensorflow/tfjs-core";

/**
 * TensorFlow.js's own gather back-propagates through a segment sum, which its plain backend computes in time rows × reads.
 *
 * @param x [R, N]. @param index [K] int32 in 0 … R − 1. @returns [K, N], owned by the caller.
 */
export function gatherRows(x: tf.Tensor, index: tf.Tensor1D): tf.Tensor {
  return tf.customGrad((...args) => {
    const [rows, save] = args as unknown as [tf.Tensor, tf.GradSaveFunc];
    save([index]);
    return {
      value: tf.gather(rows, index),
      // Rows that were read several times add up.
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        tf.scatterND(tf.reshape(saved[0]!, [-1, 1]), dy, rows.shape as [number, number]),
    };
  })(x);
}
