/** Deals pieces of work to shards, so that all have about the same to do. */

/**
 * Each piece, the costliest first, goes to the shard with the least work so far. Of equal costs the earlier
 * piece comes first, of equal shards the lower one: the same costs are always dealt in the same way. (Graham
 * 1969, "Bounds on multiprocessing timing anomalies", longest processing time first: no shard has more than
 * 4/3 of the best possible.)
 *
 * @param costs Of each piece, 0 or more.
 * @param count How many shards there are, 1 or more.
 * @returns The shard of each piece, 0 … count − 1.
 */
export function dealByCost(costs: readonly number[], count: number): number[] {
  const order = [...costs.keys()].sort((a, b) => costs[b]! - costs[a]! || a - b);
  // The first pieces go to the first shards: there is never a piece for more shards than there are pieces.
  const used = Math.min(count, costs.length);
  const loads = new Float64Array(used);
  const shards = new Array<number>(costs.length);
  for (const piece of order) {
    let least = 0;
    for (let shard = 1; shard < used; shard++) if (loads[shard]! < loads[least]!) least = shard;
    loads[least]! += costs[piece]!;
    shards[piece] = least;
  }
  return shards;
}
