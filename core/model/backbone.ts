/** ConvNeXt V2 (arXiv 2301.00808) on the grid of cell features: four maps, each half as fine as the one before. */

import * as tf from "@tensorflow/tfjs-core";
import { convolution } from "../tensor/convolution.ts";
import { depthwiseConv } from "../tensor/depthwise-conv.ts";
import { gelu } from "../tensor/gelu.ts";
import { grn } from "../tensor/grn.ts";
import { layerNorm } from "../tensor/layer-norm.ts";
import { linear } from "../tensor/linear.ts";
import type { Batch } from "./batch.ts";
import type { DetectorConfig } from "./detector-config.ts";
import type { Weights } from "./weights.ts";

const EPS = 1e-6;

/**
 * Padded places are zeroed before every convolution, so that a sheet's features do not depend on the batch that it is
 * padded into.
 *
 * @returns Per level [B·rows·columns, D], owned by the caller's tidy.
 */
export function backbone(weights: Weights, batch: Batch, config: DetectorConfig): tf.Tensor[] {
  const B = batch.sheets;
  const masked = (x: tf.Tensor, level: number) => (batch.valid ? tf.mul(x, batch.valid[level]!) : x);
  const map = (x: tf.Tensor, level: number) => tf.reshape(x, [B, ...batch.levels[level]!, x.shape[1]!]);

  const stem = weights.of("stem");
  const stride = config.stem_stride;
  const conv = stem.of("conv");
  const patches = convolution(batch.cells, conv.weight, conv.bias, {
    stride,
    padding: 0,
    inputGradient: false,
  });
  let x = masked(layerNorm(patches, stem.of("norm").weight, stem.of("norm").bias, EPS), 0);
  return config.depths.map((depth, level) => {
    const stage = weights.of(`stages.${level}`);
    if (level > 0) {
      const down = stage.of("down");
      x = masked(convolution(map(x, level - 1), down.weight, down.bias, { stride: 2, padding: 1 }), level);
    }
    for (let index = 0; index < depth; index++) {
      x = masked(block(stage.of(`blocks.${index}`), x, level, batch), level);
    }
    const adapter = weights.of(`adapters.${level}`);
    const projected = linear(x, adapter.of("proj").weight, adapter.of("proj").bias);
    return layerNorm(projected, adapter.of("norm").weight, adapter.of("norm").bias, EPS);
  });
}

/** 3x3 depthwise convolution, LayerNorm, linear ×4, GELU, GRN, linear, residual: [B·rows·columns, C] → the same. */
function block(weights: Weights, x: tf.Tensor, level: number, batch: Batch): tf.Tensor {
  const [tokens, C] = x.shape as [number, number];
  const size = [batch.sheets, ...batch.levels[level]!, C];
  const dwconv = weights.of("dwconv");
  const mixed = tf.reshape(depthwiseConv(tf.reshape(x, size), dwconv.weight, dwconv.bias), [tokens, C]);
  const normal = layerNorm(mixed, weights.of("norm").weight, weights.of("norm").bias, EPS);
  let wide = gelu(linear(normal, weights.of("pwconv1").weight, weights.of("pwconv1").bias));
  if (weights.has("grn.gamma")) {
    const valid = batch.valid?.[level] ?? null;
    wide = grn(wide, valid, weights.get("grn.gamma"), weights.get("grn.beta"), batch.sheets);
  }
  return linear(wide, weights.of("pwconv2").weight, weights.of("pwconv2").bias, { residual: x });
}
