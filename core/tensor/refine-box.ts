/** Moves boxes by the outputs of a decoder layer, in logit space (arXiv 2010.04159, A.3). */

import * as tf from "@tensorflow/tfjs-core";
import { hasFused, runFused } from "./fused.ts";
import { recorded } from "./recorded.ts";

/** log(x / (1 − x)), both clamped at 1e-5 from below. */
function inverseSigmoid(x: tf.Tensor): tf.Tensor {
  const inside = tf.clipByValue(x, 0, 1);
  return tf.log(tf.div(tf.maximum(inside, 1e-5), tf.maximum(tf.sub(1, inside), 1e-5)));
}

/**
 * σ(delta + σ⁻¹(start)).
 *
 * @param delta [N, 4].
 * @param start [N, 4] boxes cxcywh in 0 … 1, or [N, 2] centres (x, y): width and height are then σ(delta)
 * alone.
 * @returns [N, 4] cxcywh in 0 … 1, owned by the caller.
 */
export function refineBox(delta: tf.Tensor, start: tf.Tensor): tf.Tensor {
  if (!hasFused("TableRefineBox")) {
    const base = inverseSigmoid(start);
    const padded =
      start.shape[1] === 4
        ? base
        : tf.pad(base, [
            [0, 0],
            [0, 2],
          ]);
    return tf.sigmoid(tf.add(delta, padded));
  }
  return recorded([delta, start], () => {
    const [y] = runFused("TableRefineBox", { delta, box: start });
    return {
      value: y!,
      saved: [y!, start],
      gradient: (dy, [y, box]) => runFused("TableRefineBoxGrad", { dy, y: y!, box: box! }),
    };
  });
}
