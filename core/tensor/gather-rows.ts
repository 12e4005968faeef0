/** Gathers rows of a matrix, with a gradient whose time is linear in the rows read. */

import * as tf from "@tensorflow/tfjs-core";
import { recorded } from "./recorded.ts";

/**
 * The rows `index` of x. The gather of TensorFlow.js back-propagates through a segment sum, for which its
 * plain backend needs time rows × reads.
 *
 * @param x [R, N].
 * @param index [K] int32 in 0 … R − 1.
 * @returns [K, N], owned by the caller.
 */
export function gatherRows(x: tf.Tensor, index: tf.Tensor1D): tf.Tensor {
  return recorded([x], () => ({
    value: tf.gather(x, index),
    saved: [index],
    // The gradients of a row that was read several times add up.
    gradient: (dy, [index]) => [tf.scatterND(tf.reshape(index!, [-1, 1]), dy, x.shape as [number, number])],
  }));
}
