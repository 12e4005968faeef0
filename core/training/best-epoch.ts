/** Which epoch of a run is the best one. */

import type { Metrics } from "../base/metrics.ts";

/**
 * Whether an epoch is better than the best one before it: its F1 is higher or, as long as both are 0, its
 * loss is lower. A detector finds nothing at first, and then only the loss tells its epochs apart.
 *
 * @param val The validation of the epoch: `f1`, `loss`.
 * @param best That of the best epoch so far; null before the first.
 */
export function isBetter(val: Metrics, best: Metrics | null): boolean {
  if (best === null || val.f1! > best.f1!) return true;
  return val.f1 === 0 && best.f1 === 0 && val.loss! < best.loss!;
}
