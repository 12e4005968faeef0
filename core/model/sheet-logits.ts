/** Takes the logits of single sheets from those of a batch. */

import { DENSE_MAPS } from "../proposals/dense-maps.ts";
import type { LevelSize } from "../tensor/deformable-attention.ts";

/** The rows and columns of the map that holds all sheets of a batch. */
export function mapSize(sizes: readonly LevelSize[]): LevelSize {
  return [Math.max(...sizes.map((size) => size[0])), Math.max(...sizes.map((size) => size[1]))];
}

/**
 * A copy of the dense logits of one sheet, without padding.
 *
 * @param logits [B, H, W, 5], row-major; H and W are those of `mapSize()`.
 * @param sizes [rows, columns] of each sheet.
 * @param sheet The index of the sheet in the batch.
 * @returns [rows, columns, 5], row-major.
 */
export function sheetLogits(logits: Float32Array, sizes: readonly LevelSize[], sheet: number): Float32Array {
  const M = DENSE_MAPS.length;
  const [rows, columns] = mapSize(sizes);
  const [height, width] = sizes[sheet]!;
  const own = new Float32Array(height * width * M);
  for (let row = 0; row < height; row++) {
    const from = (sheet * rows + row) * columns * M;
    own.set(logits.subarray(from, from + width * M), row * width * M);
  }
  return own;
}
