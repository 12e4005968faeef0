/** The wasm kernels of deformable attention: the places to read, and the weighted reads. */

import type { WasmKernel } from "./wasm-kernel.ts";

type LocationShape = [number, number, number, number, number, 2];

export const deformableKernels: Record<string, WasmKernel> = {
  /** offsets (B, Q, M, L, P, 2), ref (B, Q, L, 2 | 4), sizes (L, 2) int32 → loc (B, Q, M, L, P, 2). */
  TableSamplingLocations(module, { offsets, ref, sizes }) {
    const [B, Q, M, L, P] = offsets!.shape as LocationShape;
    const loc = module.output(offsets!.shape);
    const addresses = [offsets!, ref!, sizes!, loc].map((tensor) => module.at(tensor));
    module.functions.samplingLocations!(...addresses, B * Q, M, L, P, ref!.shape[3] === 4 ? 1 : 0);
    return loc;
  },

  /** → doffsets, and dref if `refGradient`. */
  TableSamplingLocationsGrad(module, { dloc, offsets, ref, sizes }, { refGradient }) {
    const [B, Q, M, L, P] = offsets!.shape as LocationShape;
    const doffsets = module.output(offsets!.shape);
    const dref = refGradient ? module.zeros(ref!.shape) : null;
    const addresses = [dloc!, offsets!, ref!, sizes!, doffsets].map((tensor) => module.at(tensor));
    const to = dref ? module.at(dref) : 0;
    module.functions.samplingLocationsGrad!(...addresses, to, B * Q, M, L, P, ref!.shape[3] === 4 ? 1 : 0);
    return dref ? [doffsets, dref] : [doffsets];
  },

  /** value (B, S, M, d), sizes, loc, weight (B, Q, M, L, P) → y (B, Q, M·d). */
  TableDeformable(module, { value, sizes, loc, weight }) {
    const [B, S, M, d] = value!.shape as [number, number, number, number];
    const [, Q, , L, P] = loc!.shape as LocationShape;
    const y = module.zeros([B, Q, M * d]);
    const addresses = [value!, sizes!, loc!, weight!, y].map((tensor) => module.at(tensor));
    module.functions.deformable!(...addresses, B, S, Q, M, d, L, P);
    return y;
  },

  /** → dvalue, dloc, dweight. */
  TableDeformableGrad(module, { dy, value, sizes, loc, weight }) {
    const [B, S, M, d] = value!.shape as [number, number, number, number];
    const [, Q, , L, P] = loc!.shape as LocationShape;
    const gradients = [module.zeros(value!.shape), module.zeros(loc!.shape), module.zeros(weight!.shape)];
    const addresses = [dy!, value!, sizes!, loc!, weight!, ...gradients].map((tensor) => module.at(tensor));
    module.functions.deformableGrad!(...addresses, B, S, Q, M, d, L, P);
    return gradients;
  },
};
