/** Softmax over the last axis, which is short. */

import * as tf from "@tensorflow/tfjs-core";
import { hasFused, runFused } from "./fused.ts";
import { recorded } from "./recorded.ts";

/**
 * @param x Any shape.
 * @returns The same shape, owned by the caller; the last axis sums to 1.
 */
export function softmax(x: tf.Tensor): tf.Tensor {
  if (!hasFused("TableSoftmax")) return tf.softmax(x);
  return recorded([x], () => {
    const [y] = runFused("TableSoftmax", { x });
    return {
      value: y!,
      saved: [y!],
      gradient: (dy, [y]) => runFused("TableSoftmaxGrad", { dy, y: y! }),
    };
  });
}
