/** A reshape without an operation of TensorFlow, as gradients of a network are full of reshapes. */

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

/** Replaces the kernel of the backend. Call it once, after that kernel is registered. */
export function registerReshape(): void {
  const { kernelFunc: reshape } = getKernel(Reshape, NATIVE_BACKEND);
  unregisterKernel(Reshape, NATIVE_BACKEND);
  const kernelFunc = ((args: { inputs: { x: TensorInfo }; backend: RefCounter; attrs: ReshapeAttrs }) => {
    const { inputs, backend, attrs } = args;
    const { x } = inputs;
    if (!util.arraysEqual(x.shape, attrs.shape)) return reshape(args as never);
    // The result is a second owner of the same values.
    backend.incRef(x.dataId);
    return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
  }) as unknown as KernelFunc;
  registerKernel({ kernelName: Reshape, backendName: NATIVE_BACKEND, kernelFunc });
}

interface RefCounter {
  incRef(dataId: object): void;
}
