/** Multi-head self-attention (arXiv 1706.03762) among the few queries of a sheet. */

import * as tf from "@tensorflow/tfjs-core";
import { type Dropout, dropoutAttributes, dropoutMask } from "./dropout.ts";
import { hasFused, runFused } from "./fused.ts";
import { linear } from "./linear.ts";
import { recorded } from "./recorded.ts";

/**
 * The parameters of PyTorch's nn.MultiheadAttention. The rows of `inWeight` are those of queries, keys and
 * values.
 */
export interface AttentionWeights {
  /** [3·D, D]. */
  readonly inWeight: tf.Tensor;
  /** [3·D]. */
  readonly inBias: tf.Tensor;
  /** [D, D]. */
  readonly outWeight: tf.Tensor;
  /** [D]. */
  readonly outBias: tf.Tensor;
}

export interface SelfAttentionOptions {
  /** B, the number of sheets: queries attend to those of their own sheet. */
  readonly sheets: number;
  /** M, the number of heads, a divisor of D. */
  readonly heads: number;
  /** Dropout of the attention weights. */
  readonly dropout: Dropout | null;
}

/**
 * softmax(q kᵀ / √(D / M)) v per head, between an input and an output projection.
 *
 * @param query [B·Q, D]: the input of queries and keys.
 * @param value [B·Q, D]: the input of values.
 * @returns [B·Q, D], owned by the caller.
 */
export function selfAttention(
  query: tf.Tensor,
  value: tf.Tensor,
  weights: AttentionWeights,
  options: SelfAttentionOptions,
): tf.Tensor {
  const { inWeight, inBias, outWeight, outBias } = weights;
  const read = hasFused("TableSelfAttention")
    ? attend(project(query, value, inWeight, inBias), options)
    : composedAttention(query, value, inWeight, inBias, options);
  return linear(read, outWeight, outBias);
}

/** → [3, B·Q, D]: queries, keys, values. */
function project(query: tf.Tensor, value: tf.Tensor, w: tf.Tensor, b: tf.Tensor): tf.Tensor {
  return recorded([query, value, w, b], () => ({
    value: runFused("TableInProjection", { query, value, w, b })[0]!,
    saved: [query, value],
    gradient: (dy, [query, value]) =>
      runFused("TableInProjectionGrad", { dy, query: query!, value: value!, w }),
  }));
}

/** [3, B·Q, D] → [B·Q, D]. */
function attend(qkv: tf.Tensor, { sheets, heads, dropout }: SelfAttentionOptions): tf.Tensor {
  const attributes = { sheets, heads, ...dropoutAttributes(dropout) };
  return recorded([qkv], () => {
    const [y, weights] = runFused("TableSelfAttention", { qkv }, attributes);
    return {
      value: y!,
      saved: [qkv],
      extra: [weights!],
      gradient: (dy, [qkv, weights]) =>
        runFused("TableSelfAttentionGrad", { dy, qkv: qkv!, weights: weights! }, attributes),
    };
  });
}

function composedAttention(
  query: tf.Tensor,
  value: tf.Tensor,
  w: tf.Tensor,
  b: tf.Tensor,
  { sheets, heads, dropout }: SelfAttentionOptions,
): tf.Tensor {
  const [T, D] = query.shape as [number, number];
  const [wq, wk, wv] = tf.split(w, 3, 0) as [tf.Tensor, tf.Tensor, tf.Tensor];
  const [bq, bk, bv] = tf.split(b, 3, 0) as [tf.Tensor, tf.Tensor, tf.Tensor];
  const split = (x: tf.Tensor) =>
    tf.transpose(tf.reshape(x, [sheets, T / sheets, heads, D / heads]), [0, 2, 1, 3]) as tf.Tensor4D;
  const q = split(linear(query, wq, bq));
  const k = split(linear(query, wk, bk));
  const v = split(linear(value, wv, bv));
  const logits = tf.mul(tf.matMul(q, k, false, true), Math.sqrt(heads / D));
  let weights: tf.Tensor = tf.softmax(logits);
  if (dropout !== null) weights = tf.mul(weights, dropoutMask(dropout, weights.shape));
  const read = tf.matMul(weights as tf.Tensor4D, v);
  return tf.reshape(tf.transpose(read, [0, 2, 1, 3]), [T, D]);
}
