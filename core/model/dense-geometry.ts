/**
 * The sizes and valid places of the levels of the dense head, which follow from the sizes of the sheets
 * alone.
 */

import * as tf from "@tensorflow/tfjs-core";
import type { LevelSize } from "../tensor/deformable-attention.ts";

export interface DenseGeometry {
  /** [rows, columns] of each level, finest first: half of those of the level before, rounded up. */
  readonly sizes: readonly LevelSize[];
  /** Per level [B·rows·columns, 1]: 1 inside a sheet, 0 in padding; null where no sheet is padded. */
  readonly valid: readonly tf.Tensor[] | null;
}

/**
 * @param sheets [rows, columns] of each sheet.
 * @param levels The number of levels.
 * @returns Tensors owned by the caller's tidy.
 */
export function denseGeometry(sheets: readonly LevelSize[], levels: number): DenseGeometry {
  const half = ([rows, columns]: LevelSize): LevelSize => [Math.ceil(rows / 2), Math.ceil(columns / 2)];
  const rows = Math.max(...sheets.map((size) => size[0]));
  const columns = Math.max(...sheets.map((size) => size[1]));
  const padded = sheets.some((size) => size[0] !== rows || size[1] !== columns);
  const sizes: LevelSize[] = [[rows, columns]];
  while (sizes.length < levels) sizes.push(half(sizes.at(-1)!));
  if (!padded) return { sizes, valid: null };
  let own = sheets;
  const valid = sizes.map(([h, w]) => {
    const mask = new Float32Array(sheets.length * h * w);
    for (const [b, [r, c]] of own.entries()) {
      for (let row = 0; row < r; row++) mask.fill(1, (b * h + row) * w, (b * h + row) * w + c);
    }
    own = own.map(half);
    return tf.tensor(mask, [mask.length, 1]);
  });
  return { sizes, valid };
}
