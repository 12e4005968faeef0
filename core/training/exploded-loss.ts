/** Tells a run that has diverged although its numbers are still finite. */

import type { ProgressState } from "./progress-state.ts";

/** A loss that is so many times the lowest is no setback, from which training would recover. */
const FACTOR = 1000;
/** Lower losses than this count as this: a network that knows its few sheets by heart has nearly none. */
const LEAST = 1;

/**
 * @param loss Mean over sheets: of a step, or of the epoch that `progress` does not hold yet.
 * @returns Whether it is beyond all that the run has seen at its best. False in the first epoch.
 */
export function hasExploded(loss: number, { lowest }: Pick<ProgressState, "lowest">): boolean {
  return lowest !== null && !(loss <= FACTOR * Math.max(lowest.loss, LEAST));
}
