/** How far the dense maps of a sheet and the tables that were selected from them are apart. */

import type { DenseMaps } from "./dense-maps.ts";
import type { ScoredBox } from "./select.ts";

/**
 * The mean over all cells with data of |inside − score|, where `inside` is what the maps say of the cell, and
 * `score` that of the best table over it, or 0. A network that is sure of its answer has both near 0 or 1.
 *
 * @returns 0 … 1; 0 for a sheet without data.
 */
export function disagreement(tables: readonly ScoredBox[], maps: DenseMaps): number {
  const { height, width, inside, data } = maps;
  const scores = new Float32Array(height * width);
  for (const { x1, y1, x2, y2, score } of tables) {
    for (let row = Math.max(0, y1); row < Math.min(height, y2); row++) {
      for (let cell = row * width + Math.max(0, x1); cell < row * width + Math.min(width, x2); cell++) {
        scores[cell] = Math.max(scores[cell]!, score);
      }
    }
  }
  let [sum, cells] = [0, 0];
  for (let cell = 0; cell < scores.length; cell++) {
    if (data[cell] === 0) continue;
    cells++;
    sum += Math.abs(inside[cell]! - scores[cell]!);
  }
  return cells === 0 ? 0 : sum / cells;
}
