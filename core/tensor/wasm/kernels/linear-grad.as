// The matrix products of a linear layer, backward. Letters: T rows (tokens), I inputs, O outputs; w is (O, I) as in
// PyTorch, so no product needs a transposed copy of the weights. All matrices are row-major float32.

import { madd } from "./vector";

/** Rows of b that are read together: eight of their columns stay in the nearest cache. */
const DEPTH: usize = 512;

/**
 * c (R, N) = a · b with a[r, k] at a + r·aRow + k·aStep and b (K, N) row-major. Each value is the sum over k in order. `panel`:
 * 8·K floats.
 */
function product(
  a: usize, aRow: usize, aStep: usize, b: usize, c: usize, R: usize, K: usize, N: usize, panel: usize,
): void {
  for (let k: usize = 0; k < K; k += DEPTH) {
    const depth = min<usize>(DEPTH, K - k);
    addProduct(a + k * aStep, aRow, aStep, b + ((k * N) << 2), c, R, depth, N, panel, k > 0 ? 1 : 0);
  }
  const whole = N & ~7;
  if (whole < N) lastColumns(a, b, c, whole, R, K, N, panel);
}

/**
 * The whole eights of columns of `product`, added to c if `adds`. Eight columns of b at a time are copied together when enough
 * rows read them.
 */
function addProduct(
  a: usize, aRow: usize, aStep: usize, b: usize, c: usize, R: usize, K: usize, N: usize, panel: usize, adds: i32,
): void {
  const line = N << 2;
  let n: usize = 0;
  for (; n + 8 <= N; n += 8) {
    let source = b + (n << 2);
    let step = line;
    if (R >= 16) {
      let to = panel;
      for (let k: usize = 0; k < K; k++, source += line, to += 32) {
        v128.store(to, v128.load(source));
        v128.store(to, v128.load(source, 16), 16);
      }
      source = panel;
      step = 32;
    }
    let r: usize = 0;
    for (; r + 4 <= R; r += 4) {
      let s00 = f32x4.splat(0), s01 = f32x4.splat(0), s10 = f32x4.splat(0), s11 = f32x4.splat(0);
      let s20 = f32x4.splat(0), s21 = f32x4.splat(0), s30 = f32x4.splat(0), s31 = f32x4.splat(0);
      const to = c + r * line + (n << 2);
      if (adds) {
        s00 = v128.load(to);
        s01 = v128.load(to, 16);
        s10 = v128.load(to + line);
        s11 = v128.load(to + line, 16);
        s20 = v128.load(to + 2 * line);
        s21 = v128.load(to + 2 * line, 16);
        s30 = v128.load(to + 3 * line);
        s31 = v128.load(to + 3 * line, 16);
      }
      let p = source;
      let a0 = a + r * aRow;
      const a3 = 3 * aRow;
      for (let k: usize = 0; k < K; k++, p += step, a0 += aStep) {
        const b0 = v128.load(p);
        const b1 = v128.load(p, 16);
        const v0 = v128.load_splat<f32>(a0);
        s00 = madd(v0, b0, s00);
        s01 = madd(v0, b1, s01);
        const v1 = v128.load_splat<f32>(a0 + aRow);
        s10 = madd(v1, b0, s10);
        s11 = madd(v1, b1, s11);
        const v2 = v128.load_splat<f32>(a0 + 2 * aRow);
        s20 = madd(v2, b0, s20);
        s21 = madd(v2, b1, s21);
        const v3 = v128.load_splat<f32>(a0 + a3);
        s30 = madd(v3, b0, s30);
        s31 = madd(v3, b1, s31);
      }
      v128.store(to, s00);
      v128.store(to, s01, 16);
      v128.store(to + line, s10);
      v128.store(to + line, s11, 16);
      v128.store(to + 2 * line, s20);
      v128.store(to + 2 * line, s21, 16);
      v128.store(to + 3 * line, s30);
      v128.store(to + 3 * line, s31, 16);
    }
    for (; r < R; r++) {
      const to = c + r * line + (n << 2);
      let s0 = adds ? v128.load(to) : f32x4.splat(0);
      let s1 = adds ? v128.load(to, 16) : f32x4.splat(0);
      let p = source;
      let a0 = a + r * aRow;
      for (let k: usize = 0; k < K; k++, p += step, a0 += aStep) {
        const v0 = v128.load_splat<f32>(a0);
        s0 = madd(v0, v128.load(p), s0);
        s1 = madd(v0, v128.load(p, 16), s1);
      }
      v128.store(to, s0);
      v128.store(to, s1, 16);
    }
  }
}

/** The columns of `product` from n on, fewer than eight: beside zeros, so that they are computed together too. */
function lastColumns(a: usize, b: usize, c: usize, n: usize, R: usize, K: usize, N: usize, panel: usize): void {
  const line = N << 2;
  const count = N - n;
  memory.fill(panel, 0, K << 5);
  for (let k: usize = 0; k < K; k++) {
    for (let i: usize = 0; i < count; i++) {
      store<f32>(panel + (k << 5) + (i << 2), load<f32>(b + k * line + ((n + i) << 2)));
    }
  }
  for (let r: usize = 0; r < R; r++, a += K << 2) {
    let s0 = f32x4.splat(0), s1 = f32x4.splat(0);
    for (let k: usize = 0; k < K; k++) {
      const v = v128.load_splat<f32>(a + (k << 2));
      s0 = madd(v, v128.load(panel + (k << 5)), s0);
      s1 = madd(v, v128.load(panel + (k << 5), 16), s1);
    }
    const to = c + r * line + (n << 2);
    for (let i: usize = 0; i < count; i++) {
      const sum = i < 4 ? s0 : s1;
      const two = v128.shuffle<f32>(sum, sum, 2, 3, 0, 1);
      const half = (i & 2) ? two : sum;
      store<f32>(to + (i << 2), (i & 1) ? f32x4.extract_lane(half, 1) : f32x4.extract_lane(half, 0));
    }
  }
}

/** dx (T, I) = dy w. `panel`: 8·O floats. */
export function linearGradInput(dy: usize, w: usize, dx: usize, T: usize, I: usize, O: usize, panel: usize): void {
  if (T < 16 && (I & 3) == 0 && (O & 3) == 0) fewRowsGradInput(dy, w, dx, T, I, O);
  else product(dy, O << 2, 4, w, dx, T, O, I, panel);
}

/** Few rows of dy: dx stays in the nearest cache and the weights stream by once for every two rows. I, O: multiples of 4. */
function fewRowsGradInput(dy: usize, w: usize, dx: usize, T: usize, I: usize, O: usize): void {
  const line = I << 2;
  const step = O << 2;
  memory.fill(dx, 0, T * line);
  for (let t: usize = 0; t < T; t += 2) {
    const pair = t + 1 < T;
    const g = dy + t * step;
    const to = dx + t * line;
    const two = to + line;
    for (let o: usize = 0; o < O; o += 4) {
      const at = g + (o << 2);
      const a0 = v128.load_splat<f32>(at);
      const a1 = v128.load_splat<f32>(at, 4);
      const a2 = v128.load_splat<f32>(at, 8);
      const a3 = v128.load_splat<f32>(at, 12);
      let p = w + o * line;
      if (pair) {
        const b0 = v128.load_splat<f32>(at + step);
        const b1 = v128.load_splat<f32>(at + step, 4);
        const b2 = v128.load_splat<f32>(at + step, 8);
        const b3 = v128.load_splat<f32>(at + step, 12);
        for (let i: usize = 0; i < line; i += 16, p += 16) {
          const w0 = v128.load(p);
          const w1 = v128.load(p + line);
          const w2 = v128.load(p + 2 * line);
          const w3 = v128.load(p + 3 * line);
          v128.store(to + i, madd(a3, w3, madd(a2, w2, madd(a1, w1, madd(a0, w0, v128.load(to + i))))));
          v128.store(two + i, madd(b3, w3, madd(b2, w2, madd(b1, w1, madd(b0, w0, v128.load(two + i))))));
        }
      } else {
        for (let i: usize = 0; i < line; i += 16, p += 16) {
          let sum = madd(a1, v128.load(p + line), madd(a0, v128.load(p), v128.load(to + i)));
          sum = madd(a3, v128.load(p + 3 * line), madd(a2, v128.load(p + 2 * line), sum));
          v128.store(to + i, sum);
        }
      }
    }
  }
}

/** dw (O, I) = dyᵀ x. `panel`: (O + 8)·T floats. */
export function linearGradWeight(dy: usize, x: usize, dw: usize, T: usize, I: usize, O: usize, panel: usize): void {
  if (T < 16 && (I & 7) == 0 && (O & 3) == 0) {
    fewRowsGradWeight(dy, x, dw, T, I, O);
    return;
  }
  // Reading dy down its columns would take a new cache line at every step, often of the same few sets.
  const turned = panel + (T << 5);
  transpose(dy, turned, T, O);
  product(turned, T << 2, 4, x, dw, O, T, I, panel);
}

/** y (N, T) = xᵀ of x (T, N). */
function transpose(x: usize, y: usize, T: usize, N: usize): void {
  const from = N << 2;
  const to = T << 2;
  let n: usize = 0;
  for (; n + 4 <= N; n += 4) {
    let a = x + (n << 2);
    let b = y + n * to;
    let t: usize = 0;
    for (; t + 4 <= T; t += 4, a += from << 2, b += 16) {
      const r0 = v128.load(a), r1 = v128.load(a + from), r2 = v128.load(a + 2 * from), r3 = v128.load(a + 3 * from);
      const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
      const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
      const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
      const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
      v128.store(b, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
      v128.store(b + to, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7));
      v128.store(b + 2 * to, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5));
      v128.store(b + 3 * to, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7));
    }
    for (; t < T; t++, a += from, b += 4) {
      for (let i: usize = 0; i < 4; i++) store<f32>(b + i * to, load<f32>(a + (i << 2)));
    }
  }
  for (; n < N; n++) {
    for (let t: usize = 0; t < T; t++) store<f32>(y + n * to + (t << 2), load<f32>(x + t * from + (n << 2)));
  }
}

/** Few rows: x stays in the nearest cache and dw is written from front to back. I is a multiple of 8, O of 4. */
function fewRowsGradWeight(dy: usize, x: usize, dw: usize, T: usize, I: usize, O: usize): void {
  const line = I << 2;
  const step = O << 2;
  for (let o: usize = 0; o < O; o += 4) {
    const to = dw + o * line;
    for (let i: usize = 0; i < line; i += 32) {
      let s00 = f32x4.splat(0), s01 = f32x4.splat(0), s10 = f32x4.splat(0), s11 = f32x4.splat(0);
      let s20 = f32x4.splat(0), s21 = f32x4.splat(0), s30 = f32x4.splat(0), s31 = f32x4.splat(0);
      let a = dy + (o << 2);
      let p = x + i;
      for (let t: usize = 0; t < T; t++, p += line, a += step) {
        const b0 = v128.load(p);
        const b1 = v128.load(p, 16);
        const v0 = v128.load_splat<f32>(a);
        s00 = madd(v0, b0, s00);
        s01 = madd(v0, b1, s01);
        const v1 = v128.load_splat<f32>(a, 4);
        s10 = madd(v1, b0, s10);
        s11 = madd(v1, b1, s11);
        const v2 = v128.load_splat<f32>(a, 8);
        s20 = madd(v2, b0, s20);
        s21 = madd(v2, b1, s21);
        const v3 = v128.load_splat<f32>(a, 12);
        s30 = madd(v3, b0, s30);
        s31 = madd(v3, b1, s31);
      }
      const at = to + i;
      v128.store(at, s00);
      v128.store(at, s01, 16);
      v128.store(at + line, s10);
      v128.store(at + line, s11, 16);
      v128.store(at + 2 * line, s20);
      v128.store(at + 2 * line, s21, 16);
      v128.store(at + 3 * line, s30);
      v128.store(at + 3 * line, s31, 16);
    }
  }
}

/** sum (N) = Σ over the T rows of x (T, N). */
export function sumRows(x: usize, sum: usize, T: usize, N: usize): void {
  const line = N << 2;
  let n: usize = 0;
  for (; n + 4 <= N; n += 4) {
    let total = f32x4.splat(0);
    let at = x + (n << 2);
    for (let t: usize = 0; t < T; t++, at += line) total = f32x4.add(total, v128.load(at));
    v128.store(sum + (n << 2), total);
  }
  for (; n < N; n++) {
    let total: f32 = 0;
    for (let t: usize = 0; t < T; t++) total += load<f32>(x + t * line + (n << 2));
    store<f32>(sum + (n << 2), total);
  }
}
