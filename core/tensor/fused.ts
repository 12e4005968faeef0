/** The way to the project's own kernels: those of the backend in use, where it has them. */

import { engine, getBackend, getKernel, type NamedAttrMap, type Tensor } from "@tensorflow/tfjs-core";

/**
 * True if the backend in use has this operation as a kernel of the project's own (and with it, its gradient); otherwise the
 * operation is composed of TensorFlow.js's own.
 */
export function hasFused(name: string): boolean {
  return getKernel(name, getBackend()) != null;
}

/** Runs one kernel outside the tape: its caller is a `customGrad`. The results are owned by the caller (or its tidy). */
export function runFused(
  name: string,
  inputs: Record<string, Tensor>,
  attributes: NamedAttrMap = {},
): Tensor[] {
  const outputs = engine().runKernel(name, inputs, attributes) as Tensor | Tensor[];
  return Array.isArray(outputs) ? outputs : [outputs];
}
