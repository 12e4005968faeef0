/**
 * Operations with a gradient of their own, at a fraction of the cost of `tf.customGrad`: for each tensor that
 * a gradient needs, that runs an operation and notes it on the tape. There are two differences. No scope is
 * around `run`, so it makes nothing but its results. And gradients have no gradients of their own: there are
 * no second derivatives.
 */

import { engine, keep, type Tensor } from "@tensorflow/tfjs-core";
import { detach } from "./detach.ts";

/** What an operation computes, and what its gradient is made of. */
export interface RecordedPass {
  /** The result. */
  readonly value: Tensor;
  /** What the gradient needs of inputs and results. @default nothing */
  readonly saved?: readonly Tensor[];
  /** Further results of the kernel that only the gradient needs. `recorded` disposes them. @default none */
  readonly extra?: readonly Tensor[];
  /**
   * The gradient.
   *
   * @param dy That of the result, of its shape.
   * @param needed `saved`, then `extra`.
   * @returns One gradient per input, of its shape. Each is a new tensor made in the caller's scope.
   */
  readonly gradient: (dy: Tensor, needed: readonly Tensor[]) => readonly Tensor[];
}

/**
 * Runs an operation. While a gradient is being recorded, notes how to go back through it.
 *
 * @param inputs The tensors that have a gradient.
 * @param run Computes with kernels (`runFused`); operations of TensorFlow.js in it are not recorded.
 * @returns The result, owned by the caller's scope.
 * @throws {Error} When the gradient is computed, if their number is not that of the inputs.
 */
export function recorded(inputs: readonly Tensor[], run: () => RecordedPass): Tensor {
  const { state } = engine();
  const records = state.gradientDepth > 0 && state.kernelDepth === 0;
  state.kernelDepth++;
  let pass: RecordedPass;
  try {
    pass = run();
  } finally {
    state.kernelDepth--;
  }
  const { value, saved = [], extra = [], gradient } = pass;
  if (!records) {
    for (const tensor of extra) tensor.dispose();
    return value;
  }
  const needed = [...saved.map((tensor) => detach(tensor)), ...extra].map((tensor) => keep(tensor));
  state.activeTape.push({
    id: state.nextTapeNodeId++,
    kernelName: "Recorded",
    inputs: Object.fromEntries(inputs.entries()),
    outputs: [value],
    saved: needed,
    gradient: ([dy]: Tensor[]) => {
      const gradients = gradient(dy!, needed);
      if (gradients.length !== inputs.length) {
        throw new Error(`Expected a gradient for each of ${inputs.length} inputs, found ${gradients.length}`);
      }
      return Object.fromEntries(gradients.map((dx, i) => [i, () => dx]));
    },
  });
  return value;
}
