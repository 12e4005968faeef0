import { DENSE_MAPS } from "../proposals/dense-maps.ts";
import type { LevelSize } from "../tensor/deformable-attention.ts";

/** Rows and columns of the map that holds all sheets of a batch. */
export function mapSize(sizes: readonly LevelSize[]): LevelSize {
  return [Math.max(...sizes.map((size) => size[0])), Math.max(...sizes.map((size) => size[1]))];
}

/**
 * One sheet's part of the dense logits, without padding: a copy.
 *
 * @param logits `B * H * W * 5`, H and W as `mapSize()` gives them. @param sizes [rows, columns] of each sheet.
 * @returns `rows * columns * 5`.
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
