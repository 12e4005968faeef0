/**
 * The dense head: a U-Net (arXiv 1505.04597) of ConvNeXt V2 blocks at the resolution of the cells. It tells
 * for every cell whether the cell is inside a table, and whether it is on the left, top, right or bottom
 * edge of one.
 */

import * as tf from "@tensorflow/tfjs-core";
import { convolution } from "../tensor/convolution.ts";
import { linear } from "../tensor/linear.ts";
import { reshape } from "../tensor/reshape.ts";
import { upsample } from "../tensor/upsample.ts";
import { convNextBlock, type MapSize } from "./convnext-block.ts";
import type { DenseGeometry } from "./dense-geometry.ts";
import type { DenseHeadConfig } from "./detector-config.ts";
import type { DropoutSites } from "./dropout-sites.ts";
import type { Weights } from "./weights.ts";

export interface DenseOutput {
  /** [B·H·W, widths[0]]: the features that the logits are computed from. */
  readonly features: tf.Tensor;
  /** [B·H·W, 5]: logits of `DENSE_MAPS`. */
  readonly logits: tf.Tensor;
}

/**
 * @param cells [B, H, W, 43] features, zeros outside a sheet.
 * @param dropout Gives every block a dropout site.
 * @param geometry The sizes and valid places of each level; the first has H × W places.
 * @returns Tensors owned by the caller's tidy; their values at invalid places mean nothing.
 */
export function denseHead(
  weights: Weights,
  cells: tf.Tensor,
  { sizes, valid }: DenseGeometry,
  { depths, up_depths }: DenseHeadConfig,
  dropout: DropoutSites,
): DenseOutput {
  const B = cells.shape[0]!;
  const sizeOf = (level: number): MapSize => [B, ...sizes[level]!];
  const masked = (x: tf.Tensor, level: number) => (valid ? tf.mul(x, valid[level]!) : x);
  const blocks = (name: string, count: number, input: tf.Tensor, level: number) => {
    let x = input;
    for (let index = 0; index < count; index++) {
      const block = weights.of(`${name}.${level}.${index}`);
      x = masked(convNextBlock(block, x, sizeOf(level), valid?.[level] ?? null, dropout()), level);
    }
    return x;
  };

  const stem = weights.of("stem");
  const whole = { stride: 1, padding: 1, inputGradient: false, packed: stem.packed };
  const first = convolution(cells, stem.weight, stem.bias, whole);
  const skips: tf.Tensor[] = [];
  let x = masked(first, 0);
  for (let level = 0; level < sizes.length; level++) {
    if (level > 0) {
      const down = weights.of(`down.${level}`);
      const map = reshape(x, [...sizeOf(level - 1), x.shape[1]!]);
      const halved = { stride: 2, padding: 1, packed: down.packed };
      x = masked(convolution(map, down.weight, down.bias, halved), level);
    }
    x = blocks("encoder", depths[level]!, x, level);
    skips.push(x);
  }
  for (let level = sizes.length - 2; level >= 0; level--) {
    const up = weights.of(`up.${level}`);
    const coarse = linear(x, up.weight, up.bias, { packed: up.packed });
    const narrow = reshape(coarse, [...sizeOf(level + 1), up.bias.shape[0]!]);
    const [rows, columns] = sizes[level]!;
    const wide = reshape(upsample(narrow, rows, columns), [B * rows * columns, up.bias.shape[0]!]);
    x = blocks("decoder", up_depths[level]!, masked(tf.add(skips[level]!, wide), level), level);
  }
  const out = weights.of("out");
  return { features: x, logits: linear(x, out.weight, out.bias) };
}
