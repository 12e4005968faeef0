/** The order in which micro-batches are computed. */

import type { MicroBatch } from "./gradient-engine.ts";

/** Cells of a micro-batch with the padding to its largest sheet. */
export function paddedArea({ sheets }: MicroBatch): number {
  const rows = Math.max(...sheets.map(({ grid }) => grid.height));
  const columns = Math.max(...sheets.map(({ grid }) => grid.width));
  return sheets.length * rows * columns;
}

/**
 * Indices of the micro-batches, largest padded area first, equal ones in the order given: big sheets begin early, so that
 * workers end together.
 */
export function processingOrder(step: readonly MicroBatch[]): number[] {
  const areas = step.map(paddedArea);
  return step.map((_, index) => index).sort((a, b) => areas[b]! - areas[a]! || a - b);
}
