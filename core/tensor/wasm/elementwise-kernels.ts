/** The wasm kernels that work element by element: activations, dropout, rows of a table, box refinement. */

import { type TensorInfo, util } from "@tensorflow/tfjs-core";
import { refineBoxes, refineBoxesGrad } from "../box-arithmetic.ts";
import type { WasmKernel } from "./wasm-kernel.ts";

const size = (tensor: TensorInfo) => util.sizeFromShape(tensor.shape);

export const elementwiseKernels: Record<string, WasmKernel> = {
  TableGelu(module, { x }) {
    const y = module.output(x!.shape);
    module.functions.gelu!(module.at(x!), module.at(y), size(x!));
    return y;
  },

  TableGeluGrad(module, { dy, x }) {
    const dx = module.output(x!.shape);
    module.functions.geluGrad!(module.at(dy!), module.at(x!), module.at(dx), size(x!));
    return dx;
  },

  /** x, add? → dropout(x) + add. */
  TableDropout(module, { x, add }, attributes) {
    const { threshold, scale, a, b, c, d } = attributes as Record<string, number>;
    const y = module.output(x!.shape);
    const other = add ? module.at(add) : 0;
    const draws = [threshold!, scale!, a!, b!, c!, d!];
    module.functions.dropout!(module.at(x!), other, module.at(y), size(x!), ...draws);
    return y;
  },

  TableAdd(module, { a, b }) {
    const y = module.output(a!.shape);
    module.functions.add!(module.at(a!), module.at(b!), module.at(y), size(a!));
    return y;
  },

  /** x (T, N), table (K, N), index (T) int32 → x + table[index]. */
  TableAddRows(module, { x, table, index }) {
    const [T, N] = x!.shape as [number, number];
    const y = module.output(x!.shape);
    const addresses = [x!, table!, index!, y].map((tensor) => module.at(tensor));
    module.functions.addRows!(...addresses, T, N);
    return y;
  },

  TableAddRowsGrad(module, { dy, index }, { rows }) {
    const [T, N] = dy!.shape as [number, number];
    const table = module.zeros([rows as number, N]);
    module.functions.addRowsGrad!(module.at(dy!), module.at(index!), module.at(table), T, N);
    return table;
  },

  /**
   * delta (N, 4), box (N, 2 | 4) → the box moved by delta (N, 4). There are few numbers, so plain
   * JavaScript is fast enough.
   */
  TableRefineBox(module, { delta, box }) {
    const y = module.output(delta!.shape);
    refineBoxes(module.view(delta!), module.view(box!), box!.shape[1]!, module.view(y));
    return y;
  },

  /** → ddelta, dbox. */
  TableRefineBoxGrad(module, { dy, y, box }) {
    const ddelta = module.output(dy!.shape);
    const dbox = module.output(box!.shape);
    const [g, result, start, toDelta, toBox] = [dy!, y!, box!, ddelta, dbox].map((t) => module.view(t));
    refineBoxesGrad(g!, result!, start!, box!.shape[1]!, toDelta!, toBox!);
    return [ddelta, dbox];
  },
};
