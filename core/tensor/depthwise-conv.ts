/** The depthwise 3x3 convolution: each channel has a kernel of its own. */

import * as tf from "@tensorflow/tfjs-core";
import { hasFused, runFused } from "./fused.ts";
import { recorded } from "./recorded.ts";

/**
 * Depthwise convolution with zero padding 1 and stride 1.
 *
 * @param x [B, H, W, C].
 * @param w [C, 1, 3, 3], laid out as in PyTorch; it outlives the tape, as parameters do.
 * @param b [C].
 * @returns [B, H, W, C], owned by the caller.
 */
export function depthwiseConv(x: tf.Tensor, w: tf.Tensor, b: tf.Tensor): tf.Tensor {
  if (!hasFused("TableDepthwise")) {
    const taps = tf.transpose(w, [2, 3, 0, 1]) as tf.Tensor4D;
    return tf.add(tf.depthwiseConv2d(x as tf.Tensor4D, taps, 1, "same"), b);
  }
  return recorded([x, w, b], () => ({
    value: runFused("TableDepthwise", { x, w, b }, { flipped: false })[0]!,
    saved: [x],
    gradient: (dy, [x]) => {
      const [dx] = runFused("TableDepthwise", { x: dy, w }, { flipped: true });
      return [dx!, ...runFused("TableDepthwiseGradWeight", { dy, x: x! })];
    },
  }));
}
