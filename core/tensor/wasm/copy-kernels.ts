/**
 * Concatenations and slices that copy whole rows inside of the backend's memory. Those of the backend itself
 * make a view of a JavaScript array for each row, or for each cell of a map.
 */

import {
  Concat,
  type ConcatAttrs,
  getKernel,
  type KernelFunc,
  registerKernel,
  Slice,
  type SliceAttrs,
  slice_util,
  type TensorInfo,
  unregisterKernel,
  util,
} from "@tensorflow/tfjs-core";
import type { KernelModule } from "./kernel-module.ts";

const BYTES = 4;

/** Replaces the backend's kernels for float32. Call it once. */
export function replaceCopies(module: KernelModule): void {
  replace(Concat, (call) => {
    const inputs = Object.values(call.inputs as Record<string, TensorInfo>);
    const axis = util.parseAxisParam((call.attrs as unknown as ConcatAttrs).axis, inputs[0]!.shape)[0]!;
    const usable = inputs.every(({ dtype, shape }) => dtype === "float32" && util.sizeFromShape(shape) > 0);
    return usable && inputs.length > 1 ? concat(module, inputs, axis) : null;
  });
  replace(Slice, (call) => {
    const { x } = call.inputs as { x: TensorInfo };
    const { begin, size } = call.attrs as unknown as SliceAttrs;
    const [from, sizes] = slice_util.parseSliceParams(x as never, begin, size) as [number[], number[]];
    return x.dtype === "float32" && util.sizeFromShape(sizes) > 0 ? slice(module, x, from, sizes) : null;
  });
}

/** @param kernel Returns null for what the kernel of the backend has to do. */
function replace(name: string, kernel: (call: Parameters<KernelFunc>[0]) => TensorInfo | null): void {
  const { kernelFunc: known } = getKernel(name, "wasm");
  unregisterKernel(name, "wasm");
  const kernelFunc: KernelFunc = (call) => kernel(call) ?? known(call);
  registerKernel({ kernelName: name, backendName: "wasm", kernelFunc });
}

function concat(module: KernelModule, inputs: readonly TensorInfo[], axis: number): TensorInfo {
  const shape = [...inputs[0]!.shape];
  shape[axis] = inputs.reduce((sum, input) => sum + input.shape[axis]!, 0);
  const rows = util.sizeFromShape(shape.slice(0, axis));
  const widths = inputs.map((input) => BYTES * util.sizeFromShape(input.shape.slice(axis)));
  const step = widths.reduce((sum, width) => sum + width, 0);
  const y = module.output(shape);
  let to = module.at(y);
  for (const [i, input] of inputs.entries()) {
    module.functions.copyRows!(module.at(input), widths[i]!, to, step, widths[i]!, rows);
    to += widths[i]!;
  }
  return y;
}

function slice(module: KernelModule, x: TensorInfo, begin: readonly number[], size: number[]): TensorInfo {
  const y = module.output(size);
  const steps = x.shape.map((_, axis) => BYTES * util.sizeFromShape(x.shape.slice(axis + 1)));
  const start = begin.reduce((sum, index, axis) => sum + index * steps[axis]!, module.at(x));
  // The axes after `axis` are copied whole, so that everything from there on lies side by side.
  const axis = Math.max(
    0,
    size.findLastIndex((length, i) => length !== x.shape[i]),
  );
  const bytes = (size[axis] ?? 1) * (steps[axis] ?? BYTES);
  let to = module.at(y);
  const copy = (from: number, outer: number): void => {
    if (outer >= axis - 1) {
      const rows = axis === 0 ? 1 : size[axis - 1]!;
      module.functions.copyRows!(from, axis === 0 ? 0 : steps[axis - 1]!, to, bytes, bytes, rows);
      to += bytes * rows;
      return;
    }
    for (let i = 0; i < size[outer]!; i++) copy(from + i * steps[outer]!, outer + 1);
  };
  copy(start, 0);
  return y;
}
