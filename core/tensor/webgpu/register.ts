/** Registers the project's WGSL kernels for the WebGPU backend of TensorFlow.js. */

import { getKernel, type KernelFunc, registerKernel, type TensorInfo } from "@tensorflow/tfjs-core";
import { boxKernels } from "./box-kernels.ts";
import { deformableKernels } from "./deformable-kernels.ts";
import { layerKernels } from "./layer-kernels.ts";

/** Registers all kernels for the backend of this name. A second call does nothing. */
export function registerWebGpuKernels(backendName: string): void {
  const kernels = { ...layerKernels, ...boxKernels, ...deformableKernels };
  for (const [kernelName, kernel] of Object.entries(kernels)) {
    if (getKernel(kernelName, backendName) != null) continue;
    const kernelFunc = (({ inputs, attrs }) =>
      kernel(inputs as Record<string, TensorInfo>, attrs ?? {})) as KernelFunc;
    registerKernel({ kernelName, backendName, kernelFunc });
  }
}
