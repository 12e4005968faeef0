/** The shape of a kernel for the WebGPU backend. */

import type { NamedAttrMap, TensorInfo } from "@tensorflow/tfjs-core";

/** One kernel: tensors and attributes in, new tensors out. Inputs that are optional may be absent. */
export type WebGpuKernel = (
  inputs: Record<string, TensorInfo>,
  attributes: NamedAttrMap,
) => TensorInfo | TensorInfo[];
