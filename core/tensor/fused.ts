/** Calls the project's own kernels for the backend in use. */

import {
  backend,
  engine,
  getBackend,
  getKernel,
  type NamedAttrMap,
  Tensor,
  type TensorInfo,
} from "@tensorflow/tfjs-core";

/**
 * Whether the project has a kernel of this operation, and of its gradient, for the backend in use.
 * Otherwise the operation is composed of those of TensorFlow.js.
 */
export function hasFused(name: string): boolean {
  return getKernel(name, getBackend()) != null;
}

/**
 * Runs a kernel without the tape, and without the books that TensorFlow.js keeps of each operation, which
 * take as long as a kernel on a small sheet. Call it in `recorded`. The results are owned by the caller (or
 * its tidy).
 */
export function runFused(
  name: string,
  inputs: Record<string, Tensor>,
  attributes: NamedAttrMap = {},
): Tensor[] {
  const kernel = getKernel(name, getBackend());
  const outputs = kernel.kernelFunc({ inputs, attrs: attributes, backend: backend() });
  return Array.isArray(outputs) ? outputs.map(owned) : [owned(outputs)];
}

/** Some kernels return tensors, others what a tensor is made of. */
function owned(output: Tensor | TensorInfo): Tensor {
  return output instanceof Tensor ? output : engine().makeTensorFromTensorInfo(output);
}
