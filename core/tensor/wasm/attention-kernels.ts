/** The wasm kernels of softmax and self-attention. */

import type { WasmKernel } from "./wasm-kernel.ts";

export const attentionKernels: Record<string, WasmKernel> = {
  /** Softmax over the last axis. */
  TableSoftmax(module, { x }) {
    const y = module.output(x!.shape);
    const N = x!.shape.at(-1)!;
    module.functions.softmax!(module.at(x!), module.at(y), x!.shape.reduce((a, b) => a * b, 1) / N, N);
    return y;
  },

  TableSoftmaxGrad(module, { dy, y }) {
    const dx = module.output(y!.shape);
    const N = y!.shape.at(-1)!;
    const groups = y!.shape.reduce((a, b) => a * b, 1) / N;
    module.functions.softmaxGrad!(module.at(dy!), module.at(y!), module.at(dx), groups, N);
    return dx;
  },

  /**
   * query (T, D), value (T, D), w (3·D, D), b (3·D) → (3, T, D): queries and keys of `query`, values of
   * `value`.
   */
  TableInProjection(module, { query, value, w, b }) {
    const [T, D] = query!.shape as [number, number];
    const y = module.output([3, T, D]);
    for (let part = 0; part < 3; part++) {
      module.functions.linear!(
        module.at(part < 2 ? query! : value!),
        module.at(w!) + 4 * part * D * D,
        module.at(b!) + 4 * part * D,
        0,
        module.at(y) + 4 * part * T * D,
        ...[T, D, D, 0],
      );
    }
    return y;
  },

  /** dy (3, T, D) → dquery, dvalue, dw, db. */
  TableInProjectionGrad(module, { dy, query, value, w }) {
    const [T, D] = query!.shape as [number, number];
    const { linearGradInput, linearGradWeight, sumRows, add } = module.functions;
    const dquery = module.output([T, D]);
    const dkey = module.output([T, D]);
    const dvalue = module.output([T, D]);
    const dw = module.output([3 * D, D]);
    const db = module.output([3 * D]);
    const panel = module.scratch((D + 8) * Math.max(T, 8));
    [dquery, dkey, dvalue].forEach((dx, part) => {
      const from = module.at(dy!) + 4 * part * T * D;
      const weight = 4 * part * D * D;
      linearGradInput!(from, module.at(w!) + weight, module.at(dx), T, D, D, panel);
      const x = module.at(part < 2 ? query! : value!);
      linearGradWeight!(from, x, module.at(dw) + weight, T, D, D, panel);
      sumRows!(from, module.at(db) + 4 * part * D, T, D);
    });
    add!(module.at(dquery), module.at(dkey), module.at(dquery), T * D);
    module.release(dkey);
    return [dquery, dvalue, dw, db];
  },

  /** qkv (3, B·Q, D) → y (B·Q, D), weights (B, M, Q, Q) before dropout. */
  TableSelfAttention(module, { qkv }, attributes) {
    const [, T, D] = qkv!.shape as [number, number, number];
    const { sheets: B, heads: M, threshold, scale, a, b, c, d } = attributes as Record<string, number>;
    const Q = T / B!;
    const sizes = [B!, Q, M!, D / M!];
    const weights = module.output([B!, M!, Q, Q]);
    const y = module.zeros([T, D]);
    const { attentionLogits, softmax, dropout, attentionRead } = module.functions;
    attentionLogits!(module.at(qkv!), module.at(weights), ...sizes);
    softmax!(module.at(weights), module.at(weights), B! * M! * Q, Q);
    let read = module.at(weights);
    if (threshold !== undefined) {
      const n = B! * M! * Q * Q;
      read = module.scratch(n);
      dropout!(module.at(weights), 0, read, n, threshold, scale!, a!, b!, c!, d!);
    }
    attentionRead!(module.at(qkv!), read, module.at(y), ...sizes);
    return [y, weights];
  },

  /** → dqkv (3, B·Q, D). */
  TableSelfAttentionGrad(module, { dy, qkv, weights }, attributes) {
    const [, T, D] = qkv!.shape as [number, number, number];
    const { sheets: B, heads: M, threshold, scale, a, b, c, d } = attributes as Record<string, number>;
    const Q = T / B!;
    const sizes = [B!, Q, M!, D / M!];
    const n = B! * M! * Q * Q;
    const { dropout, attentionReadGrad, softmaxGrad, attentionLogitsGrad } = module.functions;
    const dqkv = module.zeros(qkv!.shape);
    const dweights = module.scratch(2 * n);
    let read = module.at(weights!);
    if (threshold !== undefined) {
      read = dweights + 4 * n;
      dropout!(module.at(weights!), 0, read, n, threshold, scale!, a!, b!, c!, d!);
    }
    attentionReadGrad!(module.at(dy!), module.at(qkv!), read, dweights, module.at(dqkv), ...sizes);
    if (threshold !== undefined) dropout!(dweights, 0, dweights, n, threshold, scale!, a!, b!, c!, d!);
    softmaxGrad!(dweights, module.at(weights!), dweights, B! * M! * Q, Q);
    attentionLogitsGrad!(dweights, module.at(qkv!), module.at(dqkv), ...sizes);
    return dqkv;
  },
};
