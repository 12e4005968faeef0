/**
 * How the gradients of a step add up. Floating-point sums depend on their order, so the order is a matter of the step alone:
 * its micro-batches are dealt out to a few lanes, each lane is summed in its own order, then the lanes are. Lanes are
 * independent of each other, so several threads can add at a time, and a large sheet keeps no other waiting.
 */

import type { MicroBatch } from "./gradient-engine.ts";
import { paddedArea, processingOrder } from "./order.ts";

/** Lanes of a small network, and what all lanes together may take in memory; a large one has 2. */
const MAX_LANES = 4;
const MAX_BYTES = 256 * 2 ** 20;

/** What a micro-batch costs besides its cells, in cells: kernels' fixed costs and reading the gradient. */
const FIXED_COST = 1500;

/** @param size Number of the network's parameters. */
export function maxLanes(size: number): number {
  return Math.max(2, Math.min(MAX_LANES, Math.floor(MAX_BYTES / (4 * size))));
}

/**
 * Per lane the indices of its micro-batches in the order in which they are added. The largest goes first, each to the lane
 * with the least to do so far.
 *
 * @param lanes As `maxLanes` says; there are no more than micro-batches.
 */
export function dealOut(step: readonly MicroBatch[], lanes: number): number[][] {
  const dealt = Array.from({ length: Math.min(lanes, step.length) }, (): number[] => []);
  const loads = dealt.map(() => 0);
  for (const index of processingOrder(step)) {
    const lane = loads.indexOf(Math.min(...loads));
    dealt[lane]!.push(index);
    loads[lane]! += paddedArea(step[index]!) + FIXED_COST;
  }
  return dealt;
}

/** into = lane 0 + lane 1 + …, each sum rounded to float32. */
export function sumLanes(lanes: readonly Float32Array[], into: Float32Array): void {
  const [first, second, third, fourth] = lanes;
  if (fourth && lanes.length === 4) {
    addFour(first!, second!, third!, fourth, into);
  } else {
    into.set(first!);
    for (const lane of lanes.slice(1)) addGradient(lane, into);
  }
}

/** The usual number in one pass: half the time of three. */
function addFour(
  a: Float32Array,
  b: Float32Array,
  c: Float32Array,
  d: Float32Array,
  into: Float32Array,
): void {
  for (let i = 0; i < into.length; i++) {
    into[i] = Math.fround(Math.fround(a[i]! + b[i]!) + c[i]!) + d[i]!;
  }
}

/** into += gradient, element by element. */
export function addGradient(gradient: Float32Array, into: Float32Array): void {
  for (let i = 0; i < into.length; i++) into[i] = into[i]! + gradient[i]!;
}
