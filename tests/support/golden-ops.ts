/** The goldens' operations, each run by the project's function in the layouts that the golden case writes. */

import * as tf from "@tensorflow/tfjs-core";
import { convolution } from "../../core/tensor/convolution.ts";
import { type LevelSize, msDeformAttn } from "../../core/tensor/deformable-attention.ts";
import { depthwiseConv } from "../../core/tensor/depthwise-conv.ts";
import { gelu } from "../../core/tensor/gelu.ts";
import { grn } from "../../core/tensor/grn.ts";
import { layerNorm } from "../../core/tensor/layer-norm.ts";
import { linear } from "../../core/tensor/linear.ts";
import { selfAttention } from "../../core/tensor/self-attention.ts";
import { type GoldenCase, toTensor } from "./golden.ts";

type Inputs = Record<string, tf.Tensor>;
const nhwc = (x: tf.Tensor) => tf.transpose(x, [0, 2, 3, 1]);
const nchw = (x: tf.Tensor) => tf.transpose(x, [0, 3, 1, 2]);
const rows = (x: tf.Tensor) => tf.reshape(x, [-1, x.shape.at(-1)!]);

/** Each operation as the golden case writes it: the reference's layouts in and out. */
export const goldenOps: Record<string, (inputs: Inputs, golden: GoldenCase) => tf.Tensor> = {
  linear: ({ x, w, b }) => linear(x!, w!, b!),
  layer_norm: ({ x, g, b }, { attrs }) => layerNorm(x!, g!, b!, attrs.eps as number),
  gelu: ({ x }) => gelu(x!),
  grn: ({ x, gamma, beta }, { inputs }) => {
    const valid = rows(tf.reshape(toTensor(inputs.valid!), [-1, 1]));
    const y = grn(rows(x!), valid, gamma!, beta!, x!.shape[0]!);
    return tf.reshape(tf.mul(y, valid), x!.shape);
  },
  dwconv3x3: ({ x, w, b }) => nchw(depthwiseConv(nhwc(x!), w!, b!)),
  conv_down: ({ x, w, b }, { output }) =>
    placed(convolution(nhwc(x!), w!, b!, { stride: 2, padding: 1 }), output),
  conv_stem: ({ x, w, b }, { output }) =>
    placed(convolution(nhwc(x!), w!, b!, { stride: 4, padding: 0 }), output),
  self_attention: ({ q, v, in_w, in_b, out_w, out_b }) => {
    const weights = { inWeight: in_w!, inBias: in_b!, outWeight: out_w!, outBias: out_b! };
    const options = { sheets: q!.shape[0]!, heads: 4, dropout: null };
    return tf.reshape(selfAttention(rows(q!), rows(v!), weights, options), q!.shape);
  },
  ms_deform_attn: ({ value, loc, weight }, { attrs }) =>
    msDeformAttn(value!, attrs.shapes as LevelSize[], loc!, weight!),
};

/** [B·h·w, C] → [B, C, h, w]. */
function placed(y: tf.Tensor, { shape }: { shape: number[] }): tf.Tensor {
  const [B, C, h, w] = shape as [number, number, number, number];
  return nchw(tf.reshape(y, [B, h, w, C]));
}
