/** The wasm kernels of linear layers, normalisation and convolutions. */

import type { WasmKernel } from "./wasm-kernel.ts";

type Shape2 = [number, number];
type Shape4 = [number, number, number, number];

/** The state of a dropout stream as four attributes; see `dropoutAttributes`. */
const stream = (attributes: Record<string, unknown>) => {
  const { threshold, scale, a, b, c, d } = attributes as Record<string, number>;
  return [threshold!, scale!, a!, b!, c!, d!] as const;
};

export const layerKernels: Record<string, WasmKernel> = {
  /** x (T, I), w (O, I) (I may be several axes), b (O), residual (T, O)? → y (T, O). */
  TableLinear(module, { x, w, b, residual }, attributes) {
    const [T, I] = x!.shape as Shape2;
    const O = w!.shape[0]!;
    const y = module.output([T, O]);
    const at = (tensor: typeof x) => (tensor ? module.at(tensor) : 0);
    module.functions.linear!(at(x), at(w), at(b), at(residual), at(y), T, I, O, attributes.relu ? 1 : 0);
    if (attributes.threshold !== undefined) {
      module.functions.dropout!(at(y), 0, at(y), T * O, ...stream(attributes));
    }
    return y;
  },

  /** The gradient of a ReLU, and of the dropout after it, from its result y. */
  TableReluGrad(module, { dy, y }, { scale }) {
    const dx = module.output(dy!.shape);
    const n = dy!.shape.reduce((a, b) => a * b, 1);
    module.functions.reluGrad!(module.at(dy!), module.at(y!), module.at(dx), n, scale as number);
    return dx;
  },

  /** dy (T, O), w (O, I) → dx (T, I). */
  TableLinearGradInput(module, { dy, w }) {
    const [T, O] = dy!.shape as Shape2;
    const I = w!.shape[1]!;
    const dx = module.output([T, I]);
    const panel = module.scratch(8 * O);
    module.functions.linearGradInput!(module.at(dy!), module.at(w!), module.at(dx), T, I, O, panel);
    return dx;
  },

  /** dy (T, O), x (T, I) → dw (O, I), db (O). */
  TableLinearGradWeight(module, { dy, x }) {
    const [T, O] = dy!.shape as Shape2;
    const I = x!.shape[1]!;
    const dw = module.output([O, I]);
    const db = module.output([O]);
    const panel = module.scratch((O + 8) * T);
    module.functions.linearGradWeight!(module.at(dy!), module.at(x!), module.at(dw), T, I, O, panel);
    module.functions.sumRows!(module.at(dy!), module.at(db), T, O);
    return [dw, db];
  },

  /** x (T, N), gamma, beta (N) → y (T, N), mean and 1/deviation (T, 2). */
  TableLayerNorm(module, { x, gamma, beta }, { eps }) {
    const [T, N] = x!.shape as Shape2;
    const y = module.output([T, N]);
    const stats = module.output([T, 2]);
    const addresses = [x!, gamma!, beta!, y, stats].map((tensor) => module.at(tensor));
    module.functions.layerNorm!(...addresses, T, N, eps as number);
    return [y, stats];
  },

  /** → dx, dgamma, dbeta. */
  TableLayerNormGrad(module, { dy, x, stats, gamma }) {
    const [T, N] = x!.shape as Shape2;
    const dx = module.output([T, N]);
    const dgamma = module.zeros([N]);
    const dbeta = module.zeros([N]);
    const addresses = [dy!, x!, stats!, gamma!, dx, dgamma, dbeta].map((tensor) => module.at(tensor));
    module.functions.layerNormGrad!(...addresses, T, N);
    return [dx, dgamma, dbeta];
  },

  /** x (B·P, C), valid (B·P)?, gamma, beta (C) → y (B·P, C), norms (B, C). */
  TableGrn(module, { x, valid, gamma, beta }, attributes) {
    const [T, C] = x!.shape as Shape2;
    const B = attributes.sheets as number;
    const P = T / B;
    const y = module.output([T, C]);
    const norms = module.output([B, C]);
    for (let b = 0; b < B; b++) {
      module.functions.grn!(
        module.at(x!) + 4 * b * P * C,
        valid ? module.at(valid) + 4 * b * P : 0,
        module.at(gamma!),
        module.at(beta!),
        module.at(y) + 4 * b * P * C,
        module.at(norms) + 4 * b * C,
        P,
        C,
      );
    }
    return [y, norms];
  },

  /** → dx, dgamma, dbeta. */
  TableGrnGrad(module, { dy, x, valid, gamma, norms }) {
    const [T, C] = x!.shape as Shape2;
    const B = norms!.shape[0]!;
    const P = T / B;
    const dx = module.output([T, C]);
    const dgamma = module.zeros([C]);
    const dbeta = module.zeros([C]);
    const work = module.scratch(C);
    for (let b = 0; b < B; b++) {
      module.functions.grnGrad!(
        module.at(dy!) + 4 * b * P * C,
        module.at(x!) + 4 * b * P * C,
        valid ? module.at(valid) + 4 * b * P : 0,
        module.at(gamma!),
        module.at(norms!) + 4 * b * C,
        module.at(dx) + 4 * b * P * C,
        module.at(dgamma),
        module.at(dbeta),
        P,
        C,
        work,
      );
    }
    return [dx, dgamma, dbeta];
  },

  /** x (B, H, W, C), w (C, 1, 3, 3), b (C)? → y (B, H, W, C). */
  TableDepthwise(module, { x, w, b }, { flipped }) {
    const [B, H, W, C] = x!.shape as Shape4;
    const y = module.output(x!.shape);
    const taps = module.scratch(9 * C);
    const bias = b ? module.at(b) : 0;
    const turn = flipped ? 1 : 0;
    module.functions.depthwise!(module.at(x!), module.at(w!), bias, module.at(y), B, H, W, C, turn, taps);
    return y;
  },

  /** → dw (C, 1, 3, 3), db (C). */
  TableDepthwiseGradWeight(module, { dy, x }) {
    const [B, H, W, C] = x!.shape as Shape4;
    const dw = module.output([C, 1, 3, 3]);
    const db = module.output([C]);
    const taps = module.scratch(9 * C);
    const { depthwiseGradWeight, sumRows } = module.functions;
    depthwiseGradWeight!(module.at(dy!), module.at(x!), module.at(dw), B, H, W, C, taps);
    sumRows!(module.at(dy!), module.at(db), B * H * W, C);
    return [dw, db];
  },

  /** x (B, H, W, C) → (B·h·w, C·K·K). */
  TableUnfold(module, { x }, attributes) {
    const [B, H, W, C] = x!.shape as Shape4;
    const { kernel, stride, padding, rows, columns } = attributes as Record<string, number>;
    const y = module.output([B * rows! * columns!, C * kernel! * kernel!]);
    const sizes = [B, H, W, C, kernel!, stride!, padding!, rows!, columns!];
    module.functions.unfold!(module.at(x!), module.at(y), ...sizes);
    return y;
  },

  /** dy (B·h·w, C·K·K) → dx of the shape in the attributes. */
  TableFold(module, { dy }, attributes) {
    const shape = attributes.shape as Shape4;
    const { kernel, stride, padding, rows, columns } = attributes as unknown as Record<string, number>;
    const dx = module.zeros(shape);
    module.functions.fold!(
      module.at(dy!),
      module.at(dx),
      ...shape,
      kernel!,
      stride!,
      padding!,
      rows!,
      columns!,
    );
    return dx;
  },
};
