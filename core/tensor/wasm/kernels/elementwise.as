// Activations, dropout and sums of equal shapes, over n float32 each.

import { erf4, exp4, madd } from "./vector";

const INV_SQRT2: f32 = 0.7071067811865476;
const INV_SQRT_2PI: f32 = 0.3989422804014327;

// @ts-ignore: decorator
@inline
export function gelu4(x: v128): v128 {
  const half = f32x4.mul(x, f32x4.splat(0.5));
  return madd(half, erf4(f32x4.mul(x, f32x4.splat(INV_SQRT2))), half);
}

// @ts-ignore: decorator
@inline
function geluSlope4(x: v128): v128 {
  const cdf = madd(f32x4.splat(0.5), erf4(f32x4.mul(x, f32x4.splat(INV_SQRT2))), f32x4.splat(0.5));
  const pdf = f32x4.mul(exp4(f32x4.mul(f32x4.mul(x, x), f32x4.splat(-0.5))), f32x4.splat(INV_SQRT_2PI));
  return madd(x, pdf, cdf);
}

/** y = x Φ(x). */
export function gelu(x: usize, y: usize, n: usize): void {
  const end = x + ((n & ~3) << 2);
  for (; x < end; x += 16, y += 16) v128.store(y, gelu4(v128.load(x)));
  for (n &= 3; n > 0; n--, x += 4, y += 4) {
    store<f32>(y, f32x4.extract_lane(gelu4(v128.load_splat<f32>(x)), 0));
  }
}

/** dx = dy (Φ(x) + x φ(x)). */
export function geluGrad(dy: usize, x: usize, dx: usize, n: usize): void {
  const end = x + ((n & ~3) << 2);
  for (; x < end; x += 16, dy += 16, dx += 16) {
    v128.store(dx, f32x4.mul(v128.load(dy), geluSlope4(v128.load(x))));
  }
  for (n &= 3; n > 0; n--, x += 4, dy += 4, dx += 4) {
    store<f32>(dx, load<f32>(dy) * f32x4.extract_lane(geluSlope4(v128.load_splat<f32>(x)), 0));
  }
}

/** dx = dy · scale where y > 0, else 0: back through a ReLU, and a dropout after it. */
export function reluGrad(dy: usize, y: usize, dx: usize, n: usize, scale: f32): void {
  const factor = f32x4.splat(scale);
  const zero = f32x4.splat(0);
  const end = y + ((n & ~3) << 2);
  for (; y < end; y += 16, dy += 16, dx += 16) {
    v128.store(dx, v128.and(f32x4.mul(v128.load(dy), factor), f32x4.gt(v128.load(y), zero)));
  }
  for (n &= 3; n > 0; n--, y += 4, dy += 4, dx += 4) {
    store<f32>(dx, load<f32>(y) > 0 ? load<f32>(dy) * scale : 0);
  }
}

/**
 * y = x · scale where the draw is at least `threshold`, else 0 (x and y may be the same); plus `add` if it is not 0.
 * The draws are those of sfc32 in core/base/random.ts from the state a, b, c, d: one per element.
 */
export function dropout(
  x: usize, add: usize, y: usize, n: usize, threshold: u32, scale: f32, a: u32, b: u32, c: u32, d: u32,
): void {
  for (let i: usize = 0; i < n; i++) {
    const draw = a + b + d;
    d += 1;
    a = b ^ (b >>> 9);
    b = c + (c << 3);
    c = ((c << 21) | (c >>> 11)) + draw;
    let value: f32 = draw >= threshold ? load<f32>(x + (i << 2)) * scale : 0;
    if (add) value += load<f32>(add + (i << 2));
    store<f32>(y + (i << 2), value);
  }
}

/** y = a + b. */
export function add(a: usize, b: usize, y: usize, n: usize): void {
  const end = a + ((n & ~3) << 2);
  for (; a < end; a += 16, b += 16, y += 16) v128.store(y, f32x4.add(v128.load(a), v128.load(b)));
  for (n &= 3; n > 0; n--, a += 4, b += 4, y += 4) store<f32>(y, load<f32>(a) + load<f32>(b));
}

/** y[t] = x[t] + table[index[t]] over T rows of N. */
export function addRows(x: usize, table: usize, index: usize, y: usize, T: usize, N: usize): void {
  for (let t: usize = 0; t < T; t++) {
    add(x + ((t * N) << 2), table + (((load<i32>(index + (t << 2)) as usize) * N) << 2), y + ((t * N) << 2), N);
  }
}

/** table[index[t]] += dy[t] over T rows of N; the table starts as zeros. */
export function addRowsGrad(dy: usize, index: usize, table: usize, T: usize, N: usize): void {
  for (let t: usize = 0; t < T; t++) {
    const to = table + (((load<i32>(index + (t << 2)) as usize) * N) << 2);
    add(to, dy + ((t * N) << 2), to, N);
  }
}
