/** Reshape without an operation where nothing changes: the gradients of a network are full of those. */

import {
  getKernel,
  type KernelFunc,
  Reshape,
  type ReshapeAttrs,
  registerKernel,
  type TensorInfo,
  unregisterKernel,
  util,
} from "@tensorflow/tfjs-core";
import { NATIVE_BACKEND } from "./backend-name.ts";

/** Puts itself before the backend's own kernel. Call once, when that is registered. */
export function registerReshape(): void {
  const { kernelFunc: reshape } = getKernel(Reshape, NATIVE_BACKEND);
  unregisterKernel(Reshape, NATIVE_BACKEND);
  const kernelFunc = ((args: { inputs: { x: TensorInfo }; backend: RefCounter; attrs: ReshapeAttrs }) => {
    const { inputs, backend, attrs } = args;
    const { x } = inputs;
    if (!util.arraysEqual(x.shape, attrs.shape)) return reshape(args as never);
    // A second owner of the same values.
    backend.incRef(x.dataId);
    return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
  }) as unknown as KernelFunc;
  registerKernel({ kernelName: Reshape, backendName: NATIVE_BACKEND, kernelFunc });
}

interface RefCounter {
  incRef(dataId: object): void;
}
