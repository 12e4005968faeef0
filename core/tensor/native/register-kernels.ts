/**
 * Registers the project's kernels: as operations of TensorFlow, and as kernels of the backend of
 * TensorFlow.js.
 */

import { dlopen, FFIType } from "bun:ffi";
import { backend, getKernel, type KernelFunc, registerKernel, type TensorInfo } from "@tensorflow/tfjs-core";
import type { HostCopier } from "../host-copy.ts";
import { NATIVE_BACKEND } from "./backend-name.ts";
import { nativeKernels } from "./kernel-table.ts";
import { type NodeBackend, OperationCaller } from "./operation-caller.ts";

/**
 * Loads the kernels' library and registers them for the backend in use. A second call does nothing.
 *
 * @param library The path of the library that setup built.
 * @throws {Error} If the library does not load, or TensorFlow refuses an operation.
 */
export function registerNativeKernels(library: string): void {
  if (getKernel("TableLinear", NATIVE_BACKEND) != null) return;
  const { symbols } = dlopen(library, {
    register_table_kernels: { args: [], returns: FFIType.cstring },
  });
  // A null pointer arrives as an empty string.
  const failure = String(symbols.register_table_kernels() ?? "");
  if (failure !== "") throw new Error(`TensorFlow refuses the project's kernels: ${failure}`);
  const device = backend() as unknown as NodeBackend & HostCopier;
  const caller = new OperationCaller(device);
  device.copyOut = (tensors, into, add) => caller.copyOut(tensors, into, add);
  for (const [kernelName, kernel] of Object.entries(nativeKernels)) {
    const kernelFunc = (({ inputs, attrs }) =>
      kernel(
        caller,
        inputs as Record<string, TensorInfo>,
        (attrs ?? {}) as Record<string, unknown>,
      )) as KernelFunc;
    registerKernel({ kernelName, backendName: NATIVE_BACKEND, kernelFunc });
  }
}
