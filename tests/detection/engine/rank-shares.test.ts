/** Tests that dealing to ranks keeps the order of the sum, and that no rank gets much more than its share. */

import { expect, test } from "bun:test";
import type { MicroBatch } from "../../../core/detection/engine/gradient-engine.ts";
import { addGradient, dealOut, sumLanes } from "../../../core/detection/engine/lanes.ts";
import { dealSheets, dealToRanks, summandsOfLanes } from "../../../core/detection/engine/rank-shares.ts";
import { doSliceTask } from "../../../core/detection/engine/slice-work.ts";

const AREAS = [9000, 120, 4000, 4000, 700, 15_000, 30, 2500, 8000, 640, 5100];

const step = AREAS.map(
  (area): MicroBatch => ({
    sheets: [
      {
        grid: { height: area, width: 1, vectors: new Uint32Array(4), cells: new Uint16Array(area) },
        boxes: new Float32Array(0),
        label: String(area),
      },
    ],
    seed: [],
    weight: 1,
  }),
);

/** Gradients whose sum depends on the order in which they are added. */
const gradients = AREAS.map((_, index) =>
  Float32Array.of(10 ** (index % 5) / 3, (-1) ** index * 0.1 * index),
);

function sumOf(indices: readonly number[]): Float32Array {
  const sum = gradients[indices[0]!]!.slice();
  for (const index of indices.slice(1)) addGradient(gradients[index]!, sum);
  return sum;
}

test("the sum has the bits of a single process with any number of ranks", () => {
  const lanes = dealOut(step, 4);
  const expected = new Float32Array(2);
  sumLanes(lanes.map(sumOf), expected);
  for (let ranks = 1; ranks <= AREAS.length + 2; ranks++) {
    const chains = dealToRanks(step, lanes, ranks).flat();
    expect(chains.flatMap(({ indices }) => indices).sort((a, b) => a - b)).toEqual([...AREAS.keys()]);
    const sums = chains.map((chain) => ({ chain, sum: sumOf(chain.indices) })).reverse();
    const sum = new Float32Array(2);
    doSliceTask({ kind: "sum", lanes: summandsOfLanes(sums), into: sum, offsets: [0] });
    expect(sum).toEqual(expected);
  }
});

test("ranks that share a lane share its work", () => {
  const even = step.slice(0, 8).map((one) => ({ ...one, sheets: step[0]!.sheets }));
  const shares = dealToRanks(even, dealOut(even, 4), 8);
  expect(shares.map((share) => share.flatMap(({ indices }) => indices).length)).toEqual(Array(8).fill(1));
});

test("the sheets of a validation go to the rank with the least work so far", () => {
  const shares = dealSheets(step, 2);
  const loads = shares.map((indices) => indices.reduce((sum, index) => sum + AREAS[index]!, 0));
  expect(Math.abs(loads[0]! - loads[1]!)).toBeLessThan(2000);
});
