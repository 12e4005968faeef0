/** The order in which a step's micro-batches are computed and their gradients added. */

import type { MicroBatch } from "../gradient-engine.ts";

/**
 * Indices of the micro-batches, largest padded area first, equal ones in the order given: big sheets begin early, so that
 * workers end together. It depends on the sheets alone, so every number of workers adds up in the same order.
 */
export function processingOrder(step: readonly MicroBatch[]): number[] {
  const areas = step.map(({ sheets }) => {
    const rows = Math.max(...sheets.map(({ grid }) => grid.height));
    const columns = Math.max(...sheets.map(({ grid }) => grid.width));
    return sheets.length * rows * columns;
  });
  return step.map((_, index) => index).sort((a, b) => areas[b]! - areas[a]! || a - b);
}

/** into += gradient, element by element. */
export function addGradient(gradient: Float32Array, into: Float32Array): void {
  for (let i = 0; i < into.length; i++) into[i] = into[i]! + gradient[i]!;
}
