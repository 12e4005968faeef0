/** Matches queries with tables: the assignment with the smallest cost (DETR, arXiv 2005.12872). */

import { assign } from "./assignment.ts";
import { FOCAL_ALPHA, FOCAL_GAMMA } from "./focal.ts";
import { giou } from "./giou.ts";

/** Weights of the matching costs. As in the reference, they do not depend on the weights of the loss. */
const W_CLS = 2;
const W_L1 = 5;
const W_IOU = 2;

/**
 * @param logits Q numbers: the first class's logit of each query.
 * @param boxes `Q * 4`, cxcywh.
 * @param targets `T * 4`, cxcywh.
 * @returns min(Q, T) pairs [query, target], sorted by query.
 * @throws {RangeError} If a cost is not finite.
 */
export function match(
  logits: ArrayLike<number>,
  boxes: ArrayLike<number>,
  targets: ArrayLike<number>,
): [number, number][] {
  const Q = logits.length;
  const T = targets.length / 4;
  const cost = new Float64Array(Q * T);
  for (let q = 0; q < Q; q++) {
    const p = 1 / (1 + Math.exp(-logits[q]!));
    const negative = (1 - FOCAL_ALPHA) * p ** FOCAL_GAMMA * -Math.log(1 - p + 1e-8);
    const positive = FOCAL_ALPHA * (1 - p) ** FOCAL_GAMMA * -Math.log(p + 1e-8);
    for (let t = 0; t < T; t++) {
      let distance = 0;
      for (let k = 0; k < 4; k++) distance += Math.abs(boxes[4 * q + k]! - targets[4 * t + k]!);
      cost[q * T + t] = W_CLS * (positive - negative) + W_L1 * distance - W_IOU * giou(boxes, q, targets, t);
    }
  }
  return assign(cost, Q, T);
}
