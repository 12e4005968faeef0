/** Calls the project's own kernels for the backend in use. */

import { engine, getBackend, getKernel, type NamedAttrMap, type Tensor } from "@tensorflow/tfjs-core";

/**
 * Whether the project has a kernel of this operation, and of its gradient, for the backend in use.
 * Otherwise the operation is composed of those of TensorFlow.js.
 */
export function hasFused(name: string): boolean {
  return getKernel(name, getBackend()) != null;
}

/**
 * Runs a kernel without the tape; call it in a `customGrad`. The results are owned by the caller (or its
 * tidy).
 */
export function runFused(
  name: string,
  inputs: Record<string, Tensor>,
  attributes: NamedAttrMap = {},
): Tensor[] {
  const outputs = engine().runKernel(name, inputs, attributes) as Tensor | Tensor[];
  return Array.isArray(outputs) ? outputs : [outputs];
}
