/** Work is dealt evenly, completely and always in the same way. */

import { expect, test } from "bun:test";
import { dealByCost } from "../../core/base/deal-by-cost.ts";
import { randomStream } from "../../core/base/random.ts";

test("the costliest pieces go to the shards with the least work, and ties go to the lower shard", () => {
  expect(dealByCost([5, 1, 4, 1, 3], 2)).toEqual([0, 0, 1, 0, 1]);
  expect(dealByCost([1, 1, 1, 1], 3)).toEqual([0, 1, 2, 0]);
  expect(dealByCost([], 3)).toEqual([]);
  expect(dealByCost([1, 0, 3], 2 ** 40)).toEqual([1, 2, 0]); // shards beyond the last piece take no memory
});

test("no shard has more than 4/3 of the mean and the largest piece together", () => {
  const random = randomStream(7);
  const costs = Array.from({ length: 1000 }, () => 20_000 + Math.exp(random.uniform() * 16));
  const loads = new Array<number>(8).fill(0);
  for (const [piece, shard] of dealByCost(costs, 8).entries()) loads[shard]! += costs[piece]!;
  const mean = costs.reduce((sum, cost) => sum + cost, 0) / 8;
  expect(Math.max(...loads)).toBeLessThanOrEqual((4 / 3) * Math.max(mean, ...costs));
  expect(Math.min(...loads)).toBeGreaterThan(0.9 * mean);
});
