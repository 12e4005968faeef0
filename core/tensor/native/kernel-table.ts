/** The project's kernels for TensorFlow: how tensors and attributes go to the operations in kernels/. */

import type { Tensor, TensorInfo } from "@tensorflow/tfjs-core";
import type { OperationCaller, Parameter } from "./operation-caller.ts";

/** A kernel: takes tensors and attributes and returns new tensors. Optional inputs may be absent. */
export type NativeKernel = (
  caller: OperationCaller,
  inputs: Record<string, TensorInfo>,
  attributes: Record<string, unknown>,
) => Tensor | Tensor[];

/** Attributes that are numbers or absent. */
type Numbers = Record<string, number>;

/** Whether there is dropout, and its threshold, stream and scale; see `dropoutAttributes`. */
function dropoutParameters(attributes: Record<string, unknown>): Parameter[] {
  const { threshold, scale, a, b, c, d } = attributes as Numbers;
  if (threshold === undefined) return [false, 0, 0, 0, 0, 0, 0];
  return [true, threshold, a!, b!, c!, d!, { float: scale! }];
}

/** [kernel, stride, padding, rows, columns]. */
function windowParameters(attributes: Record<string, unknown>): Parameter[] {
  const { kernel, stride, padding, rows, columns } = attributes as Numbers;
  return [kernel!, stride!, padding!, rows!, columns!];
}

/** The kernels without attributes: the names of their inputs, and the number of outputs. */
const PLAIN: Record<string, readonly [inputs: readonly string[], outputs: number]> = {
  TableLinearGradInput: [["dy", "w"], 1],
  TableLinearGradWeight: [["dy", "x"], 2],
  TableLayerNormGrad: [["dy", "x", "stats", "gamma"], 3],
  TableGrnGrad: [["dy", "x", "valid", "gamma", "norms"], 3],
  TableDepthwiseGradWeight: [["dy", "x"], 2],
  TableGelu: [["x"], 1],
  TableGeluGrad: [["dy", "x"], 1],
  TableAdd: [["a", "b"], 1],
  TableAddRows: [["x", "table", "index"], 1],
  TableRefineBox: [["delta", "box"], 1],
  TableRefineBoxGrad: [["dy", "y", "box"], 2],
  TableSoftmax: [["x"], 1],
  TableSoftmaxGrad: [["dy", "y"], 1],
  TableInProjection: [["query", "value", "w", "b"], 1],
  TableInProjectionGrad: [["dy", "query", "value", "w"], 4],
  TableSamplingLocations: [["offsets", "ref", "sizes"], 1],
  TableDeformable: [["value", "loc", "weight", "sizes"], 1],
  TableDeformableGrad: [["dy", "value", "loc", "weight", "sizes"], 3],
};

/** The kernels with attributes. */
const PARAMETRISED: Record<string, NativeKernel> = {
  TableLinear: (caller, { x, w, b, residual }, attributes) =>
    caller.call("TableLinear", [x, w, b, residual], 1, [
      Boolean(attributes.relu),
      ...dropoutParameters(attributes),
    ]),

  TableReluGrad: (caller, { dy, y }, { scale }) =>
    caller.call("TableReluGrad", [dy, y], 1, [{ float: scale as number }]),

  TableLayerNorm: (caller, { x, gamma, beta }, { eps }) =>
    caller.call("TableLayerNorm", [x, gamma, beta], 2, [{ float: eps as number }]),

  TableGrn: (caller, { x, valid, gamma, beta }, { sheets }) =>
    caller.call("TableGrn", [x, valid, gamma, beta], 2, [sheets as number]),

  TableDepthwise: (caller, { x, w, b }, { flipped }) =>
    caller.call("TableDepthwise", [x, w, b], 1, [Boolean(flipped)]),

  TableBlockPacked: (caller, inputs, attributes) => {
    const { x, depthWeight, depthBias, normWeight, normBias, valid, gamma, beta } = inputs;
    const { packed1, bias1, packed2, bias2 } = inputs;
    const { sheets, rows, columns, eps } = attributes as Numbers;
    return caller.call(
      "TableBlockPacked",
      [
        ...[x, depthWeight, depthBias, normWeight, normBias, packed1, bias1],
        ...[valid, gamma, beta, packed2, bias2],
      ],
      1,
      [sheets!, rows!, columns!, { float: eps! }],
    );
  },

  TableUnfold: (caller, { x }, attributes) =>
    caller.call("TableUnfold", [x], 1, windowParameters(attributes)),

  TableFold: (caller, { dy }, attributes) =>
    caller.call("TableFold", [dy], 1, [...windowParameters(attributes), ...(attributes.shape as number[])]),

  TableDropout: (caller, { x, add }, attributes) =>
    caller.call("TableDropout", [x, add], 1, dropoutParameters(attributes).slice(1)),

  TableAddRowsGrad: (caller, { dy, index }, { rows }) =>
    caller.call("TableAddRowsGrad", [dy, index], 1, [rows as number]),

  TableSelfAttention: (caller, { qkv }, attributes) => {
    const { sheets, heads } = attributes as Numbers;
    return caller.call("TableSelfAttention", [qkv], 2, [sheets!, heads!, ...dropoutParameters(attributes)]);
  },

  TableSelfAttentionGrad: (caller, { dy, qkv, weights }, attributes) => {
    const { sheets, heads } = attributes as Numbers;
    const parameters = [sheets!, heads!, ...dropoutParameters(attributes)];
    return caller.call("TableSelfAttentionGrad", [dy, qkv, weights], 1, parameters);
  },

  TableSamplingLocationsGrad: (caller, { dloc, offsets, ref, sizes }, { refGradient }) => {
    const [doffsets, dref] = caller.call("TableSamplingLocationsGrad", [dloc, offsets, ref, sizes], 2, [
      Boolean(refGradient),
    ]) as [Tensor, Tensor];
    if (refGradient) return [doffsets, dref];
    dref.dispose();
    return [doffsets];
  },
};

/** All kernels by their names in `runFused`. */
export const nativeKernels: Readonly<Record<string, NativeKernel>> = {
  ...Object.fromEntries(
    Object.entries(PLAIN).map(([name, [inputs, outputs]]): [string, NativeKernel] => [
      name,
      (caller, tensors) =>
        caller.call(
          name,
          inputs.map((input) => tensors[input]),
          outputs,
        ),
    ]),
  ),
  ...PARAMETRISED,
};
