/** The shape of a kernel for the wasm backend. */

import type { NamedAttrMap, TensorInfo } from "@tensorflow/tfjs-core";
import type { KernelModule } from "./kernel-module.ts";

/** A kernel: takes tensors and attributes and returns new tensors. Optional inputs may be absent. */
export type WasmKernel = (
  module: KernelModule,
  inputs: Record<string, TensorInfo>,
  attributes: NamedAttrMap,
) => TensorInfo | TensorInfo[];
