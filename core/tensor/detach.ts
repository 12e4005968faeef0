/** Cuts a tensor off the tape: gradients stop there. */

import {
  backend,
  engine,
  getBackend,
  getKernel,
  Identity,
  type Tensor,
  type TensorInfo,
} from "@tensorflow/tfjs-core";

/** The same values without a history; no copy. Owned by the caller. */
export function detach(x: Tensor): Tensor {
  // Run as an operation, Identity would be recorded; the kernel itself is not.
  const identity = getKernel(Identity, getBackend());
  const info = identity.kernelFunc({ inputs: { x }, backend: backend(), attrs: {} }) as TensorInfo;
  return engine().makeTensorFromTensorInfo(info);
}
