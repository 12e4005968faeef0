/** The order in which micro-batches are computed. */

import type { MicroBatch } from "./gradient-engine.ts";

/** The fixed cost of a micro-batch, in cells: starting kernels and reading the gradient. */
export const FIXED_COST = 1500;

/** The cells of a micro-batch, including the padding to its largest sheet. */
export function paddedArea({ sheets }: MicroBatch): number {
  const rows = Math.max(...sheets.map(({ grid }) => grid.height));
  const columns = Math.max(...sheets.map(({ grid }) => grid.width));
  return sheets.length * rows * columns;
}

/**
 * The indices of the micro-batches, the largest padded area first, equal ones in the order given. If large
 * sheets begin early, all workers end at about the same time.
 */
export function processingOrder(step: readonly MicroBatch[]): number[] {
  const areas = step.map(paddedArea);
  return step.map((_, index) => index).sort((a, b) => areas[b]! - areas[a]! || a - b);
}
