/** The places of one forward pass where activations are dropped, numbered in the order in which they are reached. */

import { randomStream } from "../base/random.ts";
import type { Dropout } from "../tensor/dropout.ts";
import type { DetectorConfig } from "./detector-config.ts";

/** Gives each place its own stream of draws; null where nothing is dropped. */
export type DropoutSites = () => Dropout | null;

/** No dropout: evaluation. */
export const NO_DROPOUT: DropoutSites = () => null;
export const NO_NETWORK_DROPOUT: NetworkDropout = { decoder: NO_DROPOUT, dense: NO_DROPOUT };

/** Of the decoder, and of the dense head where there is one: places of their own, at rates of their own. */
export interface NetworkDropout {
  readonly decoder: DropoutSites;
  readonly dense: DropoutSites;
}

/** The places of one forward pass of a whole network. @param keys As for `dropoutSites`. */
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

/** @param keys Whatever makes this micro-batch of this step unique. */
export function dropoutSites(rate: number, seed: number, keys: readonly (string | number)[]): DropoutSites {
  if (rate === 0) return NO_DROPOUT;
  let site = 0;
  return () => ({ rate, state: randomStream(seed, "dropout", ...keys, site++).state });
}
