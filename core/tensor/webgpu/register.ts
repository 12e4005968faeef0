/** Makes the project's WGSL kernels known to TensorFlow.js, for its WebGPU backend. */

import {
  getKernel,
  type KernelFunc,
  type NamedAttrMap,
  registerKernel,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import { deformableKernels } from "./deformable-kernels.ts";

/** One kernel: tensors and attributes in, new tensors out. Inputs that are optional may be absent. */
export type WebGpuKernel = (
  inputs: Record<string, TensorInfo>,
  attributes: NamedAttrMap,
) => TensorInfo | TensorInfo[];

/** Registers all kernels for the backend of this name. A second call does nothing. */
export function registerWebGpuKernels(backendName: string): void {
  for (const [kernelName, kernel] of Object.entries({ ...deformableKernels })) {
    if (getKernel(kernelName, backendName) != null) continue;
    const kernelFunc = (({ inputs, attrs }) =>
      kernel(inputs as Record<string, TensorInfo>, attrs ?? {})) as KernelFunc;
    registerKernel({ kernelName, backendName, kernelFunc });
  }
}
