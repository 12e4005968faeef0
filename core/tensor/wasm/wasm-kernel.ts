/** The shape of a kernel for the wasm backend. */

import type { NamedAttrMap, TensorInfo } from "@tensorflow/tfjs-core";
import type { KernelModule } from "./kernel-module.ts";

/** One kernel: tensors and attributes in, new tensors out. Inputs that are optional may be absent. */
export type WasmKernel = (
  module: KernelModule,
  inputs: Record<string, TensorInfo>,
  attributes: NamedAttrMap,
) => TensorInfo | TensorInfo[];
