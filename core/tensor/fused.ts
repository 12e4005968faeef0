/** Calls kernels for the backend in use: the project's own, and those of TensorFlow.js. */

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
 * Runs a kernel of the project, or one of TensorFlow.js like `Reshape`, without the tape and without the
 * books that TensorFlow.js keeps of each operation, which take as long as a kernel on a small sheet. Outside
 * of `recorded` no gradient goes back through it.
 *
 * @returns The results, owned by the caller (or its tidy).
 * @throws {Error} If the backend in use has no such kernel.
 */
export function runFused(
  name: string,
  inputs: Record<string, Tensor>,
  attributes: NamedAttrMap = {},
): Tensor[] {
  const kernel = getKernel(name, getBackend());
  if (kernel == null) throw new Error(`The backend ${getBackend()} has no kernel ${name}`);
  const outputs = kernel.kernelFunc({ inputs, attrs: attributes, backend: backend() });
  return Array.isArray(outputs) ? outputs.map(owned) : [owned(outputs)];
}

/** Some kernels return tensors, others what a tensor is made of. */
function owned(output: Tensor | TensorInfo): Tensor {
  return output instanceof Tensor ? output : engine().makeTensorFromTensorInfo(output);
}
