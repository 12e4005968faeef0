/** The places of one forward pass where activations are dropped, numbered in the order in which they are reached. */

import { randomStream } from "../random.ts";
import type { Dropout } from "../tensor/dropout.ts";

/** Gives each place its own stream of draws; null where nothing is dropped. */
export type DropoutSites = () => Dropout | null;

/** No dropout: evaluation. */
export const NO_DROPOUT: DropoutSites = () => null;

/** @param keys Whatever makes this micro-batch of this step unique. */
export function dropoutSites(rate: number, seed: number, keys: readonly (string | number)[]): DropoutSites {
  if (rate === 0) return NO_DROPOUT;
  let site = 0;
  return () => ({ rate, state: randomStream(seed, "dropout", ...keys, site++).state });
}
