// Softmax over short groups, and self-attention of a few queries.

import { exp4, madd, sum4 } from "./vector";

/** y = softmax over each of G groups of N. */
export function softmax(x: usize, y: usize, G: usize, N: usize): void {
  const vectors = (N & ~3) << 2;
  const line = N << 2;
  for (let g: usize = 0; g < G; g++, x += line, y += line) {
    let top: f32 = -Infinity;
    for (let at: usize = 0; at < line; at += 4) top = max<f32>(top, load<f32>(x + at));
    const top4 = f32x4.splat(top);
    let sum = f32x4.splat(0);
    let at: usize = 0;
    for (; at < vectors; at += 16) {
      const e = exp4(f32x4.sub(v128.load(x + at), top4));
      v128.store(y + at, e);
      sum = f32x4.add(sum, e);
    }
    let total = sum4(sum);
    for (; at < line; at += 4) {
      const e = f32x4.extract_lane(exp4(f32x4.splat(load<f32>(x + at) - top)), 0);
      store<f32>(y + at, e);
      total += e;
    }
    const scale: f32 = (1.0 as f32) / total;
    for (at = 0; at < vectors; at += 16) v128.store(y + at, f32x4.mul(v128.load(y + at), f32x4.splat(scale)));
    for (; at < line; at += 4) store<f32>(y + at, load<f32>(y + at) * scale);
  }
}

/** dx = y (dy − Σ dy y). */
export function softmaxGrad(dy: usize, y: usize, dx: usize, G: usize, N: usize): void {
  const vectors = (N & ~3) << 2;
  const line = N << 2;
  for (let g: usize = 0; g < G; g++, dy += line, y += line, dx += line) {
    let sum = f32x4.splat(0);
    let at: usize = 0;
    for (; at < vectors; at += 16) sum = madd(v128.load(dy + at), v128.load(y + at), sum);
    let total = sum4(sum);
    for (; at < line; at += 4) total += load<f32>(dy + at) * load<f32>(y + at);
    const total4 = f32x4.splat(total);
    for (at = 0; at < vectors; at += 16) {
      v128.store(dx + at, f32x4.mul(v128.load(y + at), f32x4.sub(v128.load(dy + at), total4)));
    }
    for (; at < line; at += 4) store<f32>(dx + at, load<f32>(y + at) * (load<f32>(dy + at) - total));
  }
}

// @ts-ignore: decorator
@inline
function dot(a: usize, b: usize, n: usize): f32 {
  const vectors = (n & ~3) << 2;
  let sum = f32x4.splat(0);
  let at: usize = 0;
  for (; at < vectors; at += 16) sum = madd(v128.load(a + at), v128.load(b + at), sum);
  let total = sum4(sum);
  for (; at < n << 2; at += 4) total += load<f32>(a + at) * load<f32>(b + at);
  return total;
}

/** to += factor · from over n floats. */
// @ts-ignore: decorator
@inline
function addScaled(to: usize, from: usize, factor: f32, n: usize): void {
  const vectors = (n & ~3) << 2;
  const factor4 = f32x4.splat(factor);
  let at: usize = 0;
  for (; at < vectors; at += 16) v128.store(to + at, madd(v128.load(from + at), factor4, v128.load(to + at)));
  for (; at < n << 2; at += 4) store<f32>(to + at, load<f32>(to + at) + load<f32>(from + at) * factor);
}

// In the functions below qkv is (3, B, Q, M·d): all queries, then all keys, then all values.

/** logits (B, M, Q, Q) = q · k / √d. */
export function attentionLogits(qkv: usize, logits: usize, B: usize, Q: usize, M: usize, d: usize): void {
  const row = (M * d) << 2;
  const block = B * Q * row;
  const scale: f32 = (1.0 as f32) / sqrt<f32>(d as f32);
  for (let b: usize = 0; b < B; b++) {
    for (let m: usize = 0; m < M; m++) {
      const head = qkv + b * Q * row + ((m * d) << 2);
      for (let i: usize = 0; i < Q; i++) {
        for (let j: usize = 0; j < Q; j++, logits += 4) {
          store<f32>(logits, dot(head + i * row, head + block + j * row, d) * scale);
        }
      }
    }
  }
}

/** y (B, Q, M·d) = weights (B, M, Q, Q) · v. y starts as zeros. */
export function attentionRead(qkv: usize, weights: usize, y: usize, B: usize, Q: usize, M: usize, d: usize): void {
  const row = (M * d) << 2;
  const block = B * Q * row;
  for (let b: usize = 0; b < B; b++) {
    for (let m: usize = 0; m < M; m++) {
      const head = b * Q * row + ((m * d) << 2);
      for (let i: usize = 0; i < Q; i++) {
        for (let j: usize = 0; j < Q; j++, weights += 4) {
          addScaled(y + head + i * row, qkv + 2 * block + head + j * row, load<f32>(weights), d);
        }
      }
    }
  }
}

/** Back from `attentionRead`: dweights (B, M, Q, Q), and dv added into dqkv. */
export function attentionReadGrad(
  dy: usize, qkv: usize, weights: usize, dweights: usize, dqkv: usize, B: usize, Q: usize, M: usize, d: usize,
): void {
  const row = (M * d) << 2;
  const block = B * Q * row;
  for (let b: usize = 0; b < B; b++) {
    for (let m: usize = 0; m < M; m++) {
      const head = b * Q * row + ((m * d) << 2);
      for (let i: usize = 0; i < Q; i++) {
        const from = dy + head + i * row;
        for (let j: usize = 0; j < Q; j++, weights += 4, dweights += 4) {
          const v = 2 * block + head + j * row;
          store<f32>(dweights, dot(from, qkv + v, d));
          addScaled(dqkv + v, from, load<f32>(weights), d);
        }
      }
    }
  }
}

/** Back from `attentionLogits`: dq and dk added into dqkv. */
export function attentionLogitsGrad(
  dlogits: usize, qkv: usize, dqkv: usize, B: usize, Q: usize, M: usize, d: usize,
): void {
  const row = (M * d) << 2;
  const block = B * Q * row;
  const scale: f32 = (1.0 as f32) / sqrt<f32>(d as f32);
  for (let b: usize = 0; b < B; b++) {
    for (let m: usize = 0; m < M; m++) {
      const head = b * Q * row + ((m * d) << 2);
      for (let i: usize = 0; i < Q; i++) {
        for (let j: usize = 0; j < Q; j++, dlogits += 4) {
          const q = head + i * row;
          const k = block + head + j * row;
          const g = load<f32>(dlogits) * scale;
          addScaled(dqkv + q, qkv + k, g, d);
          addScaled(dqkv + k, qkv + q, g, d);
        }
      }
    }
  }
}
