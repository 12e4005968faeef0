/** Deals files to shards by their sizes. */

import { dealByCost } from "../base/deal-by-cost.ts";
import type { Shard } from "../base/shard.ts";
import { fileSize } from "./file-state.ts";
import { COST_OF_A_FILE } from "./work-through-files.ts";

/**
 * The positions of a shard's files, in the order of the list.
 *
 * @param sizes Of each file in bytes; null for what has none, a pipe or a file that is missing.
 */
export function positionsOfShard(sizes: readonly (number | null)[], { number, count }: Shard): number[] {
  const costs = sizes.map((size) => COST_OF_A_FILE + (size ?? 0));
  return dealByCost(costs, count).flatMap((shard, position) => (shard === number - 1 ? [position] : []));
}

/** The sizes of files, as `positionsOfShard` takes them. */
export function sizesOf(paths: readonly string[]): (number | null)[] {
  return paths.map(fileSize);
}
