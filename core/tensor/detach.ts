/** Detaches tensors from the tape: no gradient goes back through them. */

import { backend, engine, type Tensor } from "@tensorflow/tfjs-core";

/** A tensor of the same values, without a copy, that stops gradients. Owned by the caller. */
export function detach({ dataId, shape, dtype }: Tensor): Tensor {
  backend().incRef(dataId);
  return engine().makeTensorFromTensorInfo({ dataId, shape, dtype });
}
