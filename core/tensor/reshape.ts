/** Another shape for the same values. */

import { Reshape, type Tensor } from "@tensorflow/tfjs-core";
import { runFused } from "./fused.ts";
import { recorded } from "./recorded.ts";

/**
 * A tensor of the same values, without a copy, through which the gradient goes back.
 *
 * @param shape At most one size is -1: what is left of the elements.
 * @returns Owned by the caller.
 */
export function reshape(x: Tensor, shape: readonly number[]): Tensor {
  return recorded([x], () => ({
    value: shaped(x, shape),
    gradient: (dy) => [shaped(dy, x.shape)],
  }));
}

function shaped(x: Tensor, shape: readonly number[]): Tensor {
  return runFused(Reshape, { x }, { shape: [...shape] })[0]!;
}
