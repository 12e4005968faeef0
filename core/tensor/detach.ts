/** Detaches tensors from the tape: no gradient goes back through them. */

import {
  backend,
  engine,
  getBackend,
  getKernel,
  Identity,
  type Tensor,
  type TensorInfo,
} from "@tensorflow/tfjs-core";

/** A tensor of the same values, without a copy, that stops gradients. Owned by the caller. */
export function detach(x: Tensor): Tensor {
  // The operation Identity would be recorded on the tape; a direct call of its kernel is not.
  const identity = getKernel(Identity, getBackend());
  const info = identity.kernelFunc({ inputs: { x }, backend: backend(), attrs: {} }) as TensorInfo;
  return engine().makeTensorFromTensorInfo(info);
}
