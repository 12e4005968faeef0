/** The shape of a kernel for the WebGPU backend. */

import type { NamedAttrMap, TensorInfo } from "@tensorflow/tfjs-core";

/** A kernel: takes tensors and attributes and returns new tensors. Optional inputs may be absent. */
export type WebGpuKernel = (
  inputs: Record<string, TensorInfo>,
  attributes: NamedAttrMap,
) => TensorInfo | TensorInfo[];
