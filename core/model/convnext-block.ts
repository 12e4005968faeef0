/** The block of ConvNeXt V2 (arXiv 2301.00808) on the maps of B sheets. */

import * as tf from "@tensorflow/tfjs-core";
import { depthwiseConv } from "../tensor/depthwise-conv.ts";
import { type Dropout, dropoutAdd } from "../tensor/dropout.ts";
import { runFused } from "../tensor/fused.ts";
import { gelu } from "../tensor/gelu.ts";
import { grn } from "../tensor/grn.ts";
import { layerNorm } from "../tensor/layer-norm.ts";
import { linear } from "../tensor/linear.ts";
import { reshape } from "../tensor/reshape.ts";
import type { Weights } from "./weights.ts";

const EPS = 1e-6;

/** [B, rows, columns]. */
export type MapSize = readonly [number, number, number];

/**
 * 3x3 depthwise convolution, LayerNorm, linear ×4, GELU, GRN, linear, residual.
 *
 * @param x [B·rows·columns, C], zeros where a place is not valid.
 * @param valid [B·rows·columns, 1] of 1 and 0: the places that count in the sums of GRN; null: all.
 * @param dropout Dropout of the branch that is added to x.
 * @returns [B·rows·columns, C], owned by the caller's tidy; invalid places are not zeroed.
 */
export function convNextBlock(
  weights: Weights,
  x: tf.Tensor,
  size: MapSize,
  valid: tf.Tensor | null,
  dropout: Dropout | null = null,
): tf.Tensor {
  const [tokens, C] = x.shape as [number, number];
  const dwconv = weights.of("dwconv");
  const first = weights.of("pwconv1");
  const last = weights.of("pwconv2");
  if (first.packed !== null && last.packed !== null && dropout === null) {
    return packedBlock(weights, x, size, valid, first.packed, last.packed);
  }
  const active = () => {
    const mixed = depthwiseConv(reshape(x, [...size, C]), dwconv.weight, dwconv.bias);
    const { weight, bias } = weights.of("norm");
    const normal = layerNorm(reshape(mixed, [tokens, C]), weight, bias, EPS);
    return gelu(linear(normal, first.weight, first.bias));
  };
  const normed = () => {
    // The activations are freed before the last layer runs: two maps of 4 C channels are alive at most.
    const wide = tf.tidy(active);
    if (!weights.has("grn.gamma")) return wide;
    return grn(wide, valid, weights.get("grn.gamma"), weights.get("grn.beta"), size[0]);
  };
  return tf.tidy(() => {
    const wide = tf.tidy(normed);
    if (dropout === null) return linear(wide, last.weight, last.bias, { residual: x });
    return dropoutAdd(linear(wide, last.weight, last.bias), x, dropout);
  });
}

/** The whole block in one operation, which keeps a single map of 4 C channels. */
function packedBlock(
  weights: Weights,
  x: tf.Tensor,
  [sheets, rows, columns]: MapSize,
  valid: tf.Tensor | null,
  packed1: tf.Tensor,
  packed2: tf.Tensor,
): tf.Tensor {
  const depth = weights.of("dwconv");
  const norm = weights.of("norm");
  const inputs: Record<string, tf.Tensor> = {
    ...{ x, depthWeight: depth.weight, depthBias: depth.bias, normWeight: norm.weight, normBias: norm.bias },
    ...{ packed1, bias1: weights.of("pwconv1").bias, packed2, bias2: weights.of("pwconv2").bias },
    ...(weights.has("grn.gamma") ? { gamma: weights.get("grn.gamma"), beta: weights.get("grn.beta") } : {}),
    ...(valid === null ? {} : { valid }),
  };
  return runFused("TableBlockPacked", inputs, { sheets, rows, columns, eps: EPS })[0]!;
}
