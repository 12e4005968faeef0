/** Softmax over the last axis, which is short. */

import * as tf from "@tensorflow/tfjs-core";
import { hasFused, runFused } from "./fused.ts";

/** @param x Any shape. @returns The same shape, each group of the last axis summing to 1; owned by the caller. */
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
