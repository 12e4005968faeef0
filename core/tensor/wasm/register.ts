/** Registers the project's kernels for the wasm backend of TensorFlow.js. */

import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { backend, getKernel, type KernelFunc, registerKernel, type TensorInfo } from "@tensorflow/tfjs-core";
import { attentionKernels } from "./attention-kernels.ts";
import { replaceCopies } from "./copy-kernels.ts";
import { deformableKernels } from "./deformable-kernels.ts";
import { elementwiseKernels } from "./elementwise-kernels.ts";
import { KernelModule } from "./kernel-module.ts";
import { layerKernels } from "./layer-kernels.ts";
import { packedKernels } from "./packed-kernels.ts";

/**
 * Registers all kernels. Call it once the backend is ready; a second call does nothing.
 *
 * @throws {Error} If the backend in use is another one.
 */
export function registerWasmKernels(): void {
  if (getKernel("TableLinear", "wasm") != null) return;
  const wasm = backend() as BackendWasm;
  if (wasm.wasm === undefined)
    throw new Error("The wasm backend has to be in use before its kernels are added");
  const module = new KernelModule(wasm);
  replaceCopies(module);
  const kernels = {
    ...layerKernels,
    ...packedKernels,
    ...elementwiseKernels,
    ...attentionKernels,
    ...deformableKernels,
  };
  for (const [kernelName, kernel] of Object.entries(kernels)) {
    const kernelFunc = (({ inputs, attrs }) =>
      kernel(module, inputs as Record<string, TensorInfo>, attrs ?? {})) as KernelFunc;
    registerKernel({ kernelName, backendName: "wasm", kernelFunc });
  }
}
