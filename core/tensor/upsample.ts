/** Nearest-neighbour upsampling by 2. */

import * as tf from "@tensorflow/tfjs-core";
import { reshape } from "./reshape.ts";

/**
 * @param x [B, h, w, C].
 * Doubles the rows and columns of a map.
 *
 * @param rows 2·h or 2·h − 1: h is half of it, rounded up.
 * @param columns 2·w or 2·w − 1.
 * @returns [B, rows, columns, C], owned by the caller's tidy: place (r, c) holds x at (⌊r / 2⌋, ⌊c / 2⌋).
 */
export function upsample(x: tf.Tensor, rows: number, columns: number): tf.Tensor {
  const [B, h, w, C] = x.shape as [number, number, number, number];
  // Two copies of each place side by side, then two of each row: only concatenations, which every device
  // has.
  const across = reshape(tf.concat([x, x], 3), [B * h, 2 * w * C]);
  const both = reshape(tf.concat([across, across], 1), [B, 2 * h, 2 * w, C]);
  return rows === 2 * h && columns === 2 * w ? both : tf.slice(both, [0, 0, 0, 0], [B, rows, columns, C]);
}
