/** Deals the work of a step to the ranks so that the sum of the gradients keeps its order. */

import type { MicroBatch } from "./gradient-engine.ts";
import { FIXED_COST, paddedArea, processingOrder } from "./order.ts";

/** Where a chain stands in the sum of a step. */
export interface ChainPlace {
  readonly lane: number;
  /** The place in the lane of its first micro-batch. */
  readonly from: number;
}

/** Consecutive micro-batches of a lane whose gradients one rank adds up. */
export interface Chain extends ChainPlace {
  /** Indices of micro-batches. A chain that does not begin its lane has one alone. */
  readonly indices: readonly number[];
}

/**
 * Deals out whole lanes, the most expensive first, each to the rank with the least work so far. With more
 * ranks than lanes, several ranks share a lane: the first one adds up the beginning of the lane. Every
 * gradient after that stays alone, since a sum of them would be rounded in another order.
 *
 * @param lanes Of `dealOut`.
 * @returns For each rank its chains. A rank may have none.
 */
export function dealToRanks(
  step: readonly MicroBatch[],
  lanes: readonly (readonly number[])[],
  ranks: number,
): Chain[][] {
  const shares = Array.from({ length: ranks }, (): Chain[] => []);
  const costOf = (indices: readonly number[]) =>
    indices.reduce((sum, index) => sum + costOfMicroBatch(step[index]!), 0);
  if (ranks <= lanes.length) {
    const order = lanes.map((_, lane) => lane).sort((a, b) => costOf(lanes[b]!) - costOf(lanes[a]!) || a - b);
    const loads = shares.map(() => 0);
    for (const lane of order) {
      const rank = loads.indexOf(Math.min(...loads));
      shares[rank]!.push({ lane, from: 0, indices: lanes[lane]! });
      loads[rank]! += costOf(lanes[lane]!);
    }
    return shares;
  }
  for (const [lane, indices] of lanes.entries()) {
    const helpers = shares.filter((_, rank) => rank % lanes.length === lane);
    for (const [part, [from, to]] of cut(step, indices, helpers.length).entries()) {
      const own = indices.slice(from, to);
      if (own.length === 0) continue;
      if (from === 0) helpers[part]!.push({ lane, from, indices: own });
      else
        for (const [at, index] of own.entries())
          helpers[part]!.push({ lane, from: from + at, indices: [index] });
    }
  }
  return shares;
}

/** Cuts a lane into consecutive parts of about the same cost: [from, to) of each. */
function cut(step: readonly MicroBatch[], indices: readonly number[], parts: number): [number, number][] {
  const costs = indices.map((index) => costOfMicroBatch(step[index]!));
  const ranges: [number, number][] = [];
  let from = 0;
  for (let part = 0; part < parts; part++) {
    const left = costs.slice(from).reduce((sum, cost) => sum + cost, 0);
    const fair = left / (parts - part);
    let to = from;
    let load = 0;
    // At least one micro-batch, then as long as the next one brings the part closer to its fair share.
    while (to < indices.length && (to === from || load + costs[to]! / 2 <= fair)) load += costs[to++]!;
    if (part === parts - 1) to = indices.length;
    ranges.push([from, to]);
    from = to;
  }
  return ranges;
}

/** Deals single micro-batches to the ranks, the largest first. @returns For each rank their indices. */
export function dealSheets(sheets: readonly MicroBatch[], ranks: number): number[][] {
  const shares = Array.from({ length: ranks }, (): number[] => []);
  const loads = shares.map(() => 0);
  for (const index of processingOrder(sheets)) {
    const rank = loads.indexOf(Math.min(...loads));
    shares[rank]!.push(index);
    loads[rank]! += costOfMicroBatch(sheets[index]!);
  }
  return shares;
}

/**
 * Puts sums of chains in the order in which a single process adds: within each lane, then the lanes.
 *
 * @param sums Of all chains of a step, in any order.
 * @returns For each lane its summands.
 */
export function summandsOfLanes<Numbers>(
  sums: readonly { readonly chain: ChainPlace; readonly sum: Numbers }[],
): Numbers[][] {
  const lanes = Math.max(...sums.map(({ chain }) => chain.lane)) + 1;
  const order = [...sums].sort((a, b) => a.chain.from - b.chain.from);
  return Array.from({ length: lanes }, (_, lane) =>
    order.filter(({ chain }) => chain.lane === lane).map(({ sum }) => sum),
  );
}

function costOfMicroBatch(microBatch: MicroBatch): number {
  return paddedArea(microBatch) + FIXED_COST;
}
