/** Softmax over the last axis, which is short. */

import * as tf from "@tensorflow/tfjs-core";
import { hasFused, runFused } from "./fused.ts";

/**
 * @param x Any shape.
 * @returns The same shape, owned by the caller; the last axis sums to 1.
 */
export function softmax(x: tf.Tensor): tf.Tensor {
  if (!hasFused("TableSoftmax")) return tf.softmax(x);
  return tf.customGrad((...args) => {
    const [input, save] = args as unknown as [tf.Tensor, tf.GradSaveFunc];
    const [y] = runFused("TableSoftmax", { x: input });
    save([y!]);
    return {
      value: y!,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => runFused("TableSoftmaxGrad", { dy, y: saved[0]! }),
    };
  })(x);
}
