/**
 * The order in which the gradients of a step are added. A floating-point sum depends on its order, so the
 * order must depend on the step alone, not on the threads: the micro-batches are dealt out to a few lanes,
 * each lane is summed in its own order, then the lanes are summed. Lanes are independent of each other, so
 * several threads can add at the same time, and no micro-batch waits for a large one in another lane.
 */

import type { MicroBatch } from "./gradient-engine.ts";
import { FIXED_COST, paddedArea, processingOrder } from "./order.ts";

/** The number of lanes, and the memory that all lanes together may take. A large network has 2 lanes. */
const MAX_LANES = 4;
const MAX_BYTES = 256 * 2 ** 20;

/** @param size The number of parameters of the network. */
export function maxLanes(size: number): number {
  return Math.max(2, Math.min(MAX_LANES, Math.floor(MAX_BYTES / (4 * size))));
}

/**
 * Deals out the micro-batches, the largest first, each to the lane with the least work so far.
 *
 * @param lanes The most lanes, see `maxLanes`. There are never more lanes than micro-batches.
 * @returns For each lane the indices of its micro-batches, in the order in which they are added.
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

/** Adds the usual number of lanes in one pass, which takes half the time of three passes. */
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
