/** Global response normalisation of ConvNeXt V2 (arXiv 2301.00808). */

import * as tf from "@tensorflow/tfjs-core";
import { hasFused, runFused } from "./fused.ts";
import { recorded } from "./recorded.ts";

/**
 * gamma · x · g / (mean over channels of g + 1e-6) + beta + x, with g = √(Σ over valid places of x² + 1e-6)
 * for each sheet and channel.
 *
 * @param x [B·P, C]: B maps of P places, one after the other.
 * @param valid [B·P] of 1 and 0: the places that count in the sums; null: all.
 * @param gamma [C]; it outlives the tape, as parameters do.
 * @param beta [C].
 * @param sheets B.
 * @returns [B·P, C], owned by the caller; invalid places are not zeroed.
 */
export function grn(
  x: tf.Tensor,
  valid: tf.Tensor | null,
  gamma: tf.Tensor,
  beta: tf.Tensor,
  sheets: number,
): tf.Tensor {
  if (!hasFused("TableGrn")) {
    const [T, C] = x.shape as [number, number];
    const map = tf.reshape(x, [sheets, T / sheets, C]);
    const squares = tf.square(map);
    const counted = valid === null ? squares : tf.mul(squares, tf.reshape(valid, [sheets, T / sheets, 1]));
    const norm = tf.sqrt(tf.add(tf.sum(counted, 1, true), 1e-6));
    const relative = tf.div(norm, tf.add(tf.mean(norm, 2, true), 1e-6));
    const response = tf.add(tf.mul(gamma, tf.mul(map, relative)), beta);
    return tf.reshape(tf.add(response, map), [T, C]);
  }
  return recorded([x, gamma, beta], () => {
    const [y, norms] = runFused("TableGrn", { x, gamma, beta, ...(valid ? { valid } : {}) }, { sheets });
    return {
      value: y!,
      saved: valid ? [x, valid] : [x],
      extra: [norms!],
      gradient: (dy, needed) => {
        const [x, norms] = [needed[0]!, needed.at(-1)!];
        return runFused("TableGrnGrad", { dy, x, gamma, norms, ...(valid ? { valid: needed[1]! } : {}) });
      },
    };
  });
}
