/** The dropout sites of a forward pass, numbered in the order in which they are reached. */

import { randomStream } from "../base/random.ts";
import type { Dropout } from "../tensor/dropout.ts";
import type { DetectorConfig } from "./detector-config.ts";

/** Gives each site a stream of draws of its own; null means no dropout. */
export type DropoutSites = () => Dropout | null;

/** No dropout, for evaluation. */
export const NO_DROPOUT: DropoutSites = () => null;
export const NO_NETWORK_DROPOUT: NetworkDropout = { decoder: NO_DROPOUT, dense: NO_DROPOUT };

/** The dropout of the whole network. The dense head has sites and a rate of its own. */
export interface NetworkDropout {
  readonly decoder: DropoutSites;
  readonly dense: DropoutSites;
}

/** The dropout of one forward pass of the whole network. @param keys See `dropoutSites`. */
export function networkDropout(
  { dropout, dense_head }: DetectorConfig,
  seed: number,
  keys: readonly (string | number)[],
): NetworkDropout {
  return {
    decoder: dropoutSites(dropout, seed, keys),
    dense: dropoutSites(dense_head?.dropout ?? 0, seed, [...keys, "dense head"]),
  };
}

/**
 * The sites of one forward pass.
 *
 * @param rate The probability of zeroing an activation, in [0, 1).
 * @param keys What makes this micro-batch of this step unique.
 */
function dropoutSites(rate: number, seed: number, keys: readonly (string | number)[]): DropoutSites {
  if (rate === 0) return NO_DROPOUT;
  let site = 0;
  return () => ({ rate, state: randomStream(seed, "dropout", ...keys, site++).state });
}
