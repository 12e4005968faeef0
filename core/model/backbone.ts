/** The backbone: ConvNeXt V2 (arXiv 2301.00808) on the grid of cell features. */

import * as tf from "@tensorflow/tfjs-core";
import { convolution } from "../tensor/convolution.ts";
import { layerNorm } from "../tensor/layer-norm.ts";
import { linear } from "../tensor/linear.ts";
import { reshape } from "../tensor/reshape.ts";
import type { Batch } from "./batch.ts";
import { convNextBlock, type MapSize } from "./convnext-block.ts";
import type { DetectorConfig } from "./detector-config.ts";
import type { Weights } from "./weights.ts";

const EPS = 1e-6;

/**
 * Four maps, each with half the rows and columns of the one before. Padded places are zeroed before every
 * convolution, so that the features of a sheet do not depend on the batch that it is padded into.
 *
 * @param cells [B, H, W, C], data without a gradient: the features of the cells and, with a dense head, its
 *   features and maps.
 * @returns Per level [B·rows·columns, D], owned by the caller's tidy.
 */
export function backbone(
  weights: Weights,
  batch: Batch,
  config: DetectorConfig,
  cells: tf.Tensor = batch.cells,
): tf.Tensor[] {
  const B = batch.sheets;
  const masked = (x: tf.Tensor, level: number) => (batch.valid ? tf.mul(x, batch.valid[level]!) : x);
  const map = (x: tf.Tensor, level: number) => reshape(x, [B, ...batch.levels[level]!, x.shape[1]!]);

  const stem = weights.of("stem");
  const stride = config.stem_stride;
  const conv = stem.of("conv");
  const patches = convolution(cells, conv.weight, conv.bias, {
    stride,
    padding: 0,
    inputGradient: false,
    packed: conv.packed,
  });
  let x = masked(layerNorm(patches, stem.of("norm").weight, stem.of("norm").bias, EPS), 0);
  return config.depths.map((depth, level) => {
    const stage = weights.of(`stages.${level}`);
    if (level > 0) {
      const down = stage.of("down");
      const halved = { stride: 2, padding: 1, packed: down.packed };
      x = masked(convolution(map(x, level - 1), down.weight, down.bias, halved), level);
    }
    for (let index = 0; index < depth; index++) {
      const size: MapSize = [B, ...batch.levels[level]!];
      x = masked(convNextBlock(stage.of(`blocks.${index}`), x, size, batch.valid?.[level] ?? null), level);
    }
    const adapter = weights.of(`adapters.${level}`);
    const { weight, bias, packed } = adapter.of("proj");
    const projected = linear(x, weight, bias, { packed });
    return layerNorm(projected, adapter.of("norm").weight, adapter.of("norm").bias, EPS);
  });
}
