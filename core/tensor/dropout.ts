/** Dropout with masks from core/base/random.ts, which depend on the seed and the site, not on the device. */

import * as tf from "@tensorflow/tfjs-core";
import { Random, type RandomState } from "../base/random.ts";
import { detach } from "./detach.ts";
import { hasFused, runFused } from "./fused.ts";
import { recorded } from "./recorded.ts";

/** One dropout site of one forward pass. */
export interface Dropout {
  /** The probability of zeroing an element, in [0, 1). The others are scaled by 1 / (1 − rate). */
  readonly rate: number;
  /** The state of the stream of draws: one 32-bit draw per element, in row-major order. */
  readonly state: RandomState;
}

/** The threshold: a draw below it drops its element. */
function threshold(rate: number): number {
  return Math.round(rate * 2 ** 32);
}

/** The attributes of kernels: threshold, scale and the four words of the stream; none without dropout. */
export function dropoutAttributes(dropout: Dropout | null): Record<string, number> {
  if (dropout === null) return {};
  const [a, b, c, d] = dropout.state;
  return { threshold: threshold(dropout.rate), scale: 1 / (1 - dropout.rate), a, b, c, d };
}

/** The mask as a tensor of 0 and 1 / (1 − rate), owned by the caller. */
export function dropoutMask(dropout: Dropout, shape: number[]): tf.Tensor {
  const random = new Random(dropout.state);
  const limit = threshold(dropout.rate);
  const scale = 1 / (1 - dropout.rate);
  const mask = new Float32Array(shape.reduce((product, size) => product * size, 1));
  for (let i = 0; i < mask.length; i++) mask[i] = random.uint32() >= limit ? scale : 0;
  return tf.tensor(mask, shape);
}

/**
 * dropout(x) + residual.
 *
 * @param x Any shape.
 * @param residual The same shape.
 * @returns The same shape, owned by the caller.
 */
export function dropoutAdd(x: tf.Tensor, residual: tf.Tensor, dropout: Dropout | null): tf.Tensor {
  if (!hasFused("TableDropout")) {
    const kept = dropout === null ? x : tf.mul(x, dropoutMask(dropout, x.shape));
    return tf.add(kept, residual);
  }
  return recorded([x, residual], () => {
    const attributes = dropoutAttributes(dropout);
    const [value] =
      dropout === null
        ? runFused("TableAdd", { a: x, b: residual })
        : runFused("TableDropout", { x, add: residual }, attributes);
    return {
      value: value!,
      gradient: (dy) => [
        dropout === null ? detach(dy) : runFused("TableDropout", { x: dy }, attributes)[0]!,
        detach(dy),
      ],
    };
  });
}
