// The matrix products of a linear layer, backward. Letters: T rows (tokens), I inputs, O outputs; w is (O, I) as in
// PyTorch, so no product needs a transposed copy of the weights. All matrices are row-major float32.

import { madd } from "./vector";

/**
 * c (R, N) = a · b with a[r, k] at a + r·aRow + k·aStep and b (K, N) row-major. Eight columns of b at a time are
 * copied together (`panel`, 8·K floats of scratch) when enough rows read them.
 */
function product(
  a: usize, aRow: usize, aStep: usize, b: usize, c: usize, R: usize, K: usize, N: usize, panel: usize,
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
      const to = c + r * line + (n << 2);
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
      let s0 = f32x4.splat(0), s1 = f32x4.splat(0);
      let p = source;
      let a0 = a + r * aRow;
      for (let k: usize = 0; k < K; k++, p += step, a0 += aStep) {
        const v0 = v128.load_splat<f32>(a0);
        s0 = madd(v0, v128.load(p), s0);
        s1 = madd(v0, v128.load(p, 16), s1);
      }
      const to = c + r * line + (n << 2);
      v128.store(to, s0);
      v128.store(to, s1, 16);
    }
  }
  for (; n < N; n++) {
    for (let r: usize = 0; r < R; r++) {
      let total: f32 = 0;
      let a0 = a + r * aRow;
      let p = b + (n << 2);
      for (let k: usize = 0; k < K; k++, p += line, a0 += aStep) total += load<f32>(a0) * load<f32>(p);
      store<f32>(c + r * line + (n << 2), total);
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
  if (T < 256 || (O & 3) != 0) {
    product(dy, 4, O << 2, x, dw, O, T, I, panel);
    return;
  }
  // Reading a large dy down its columns takes a new cache line at every step, often of the same few sets. So four
  // columns at a time are first laid side by side.
  const line = O << 2;
  const columns = panel + 32 * T;
  for (let o: usize = 0, to = columns; o < O; o += 4) {
    let from = dy + (o << 2);
    for (let t: usize = 0; t < T; t++, from += line, to += 16) v128.store(to, v128.load(from));
  }
  productOfColumns(columns, x, dw, O, T, I, panel);
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

/** As `product`, with a (K, R) laid out as (R / 4, K, 4); R is a multiple of 4. */
function productOfColumns(a: usize, b: usize, c: usize, R: usize, K: usize, N: usize, panel: usize): void {
  const line = N << 2;
  let n: usize = 0;
  for (; n + 8 <= N; n += 8) {
    let from = b + (n << 2);
    for (let k: usize = 0, to = panel; k < K; k++, from += line, to += 32) {
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
    }
    let a0 = a;
    for (let r: usize = 0; r < R; r += 4) {
      let s00 = f32x4.splat(0), s01 = f32x4.splat(0), s10 = f32x4.splat(0), s11 = f32x4.splat(0);
      let s20 = f32x4.splat(0), s21 = f32x4.splat(0), s30 = f32x4.splat(0), s31 = f32x4.splat(0);
      let p = panel;
      for (let k: usize = 0; k < K; k++, p += 32, a0 += 16) {
        const b0 = v128.load(p);
        const b1 = v128.load(p, 16);
        const v0 = v128.load_splat<f32>(a0);
        s00 = madd(v0, b0, s00);
        s01 = madd(v0, b1, s01);
        const v1 = v128.load_splat<f32>(a0, 4);
        s10 = madd(v1, b0, s10);
        s11 = madd(v1, b1, s11);
        const v2 = v128.load_splat<f32>(a0, 8);
        s20 = madd(v2, b0, s20);
        s21 = madd(v2, b1, s21);
        const v3 = v128.load_splat<f32>(a0, 12);
        s30 = madd(v3, b0, s30);
        s31 = madd(v3, b1, s31);
      }
      const to = c + r * line + (n << 2);
      v128.store(to, s00);
      v128.store(to, s01, 16);
      v128.store(to + line, s10);
      v128.store(to + line, s11, 16);
      v128.store(to + 2 * line, s20);
      v128.store(to + 2 * line, s21, 16);
      v128.store(to + 3 * line, s30);
      v128.store(to + 3 * line, s31, 16);
    }
  }
  for (; n < N; n++) {
    for (let r: usize = 0; r < R; r++) {
      let total: f32 = 0;
      const from = a + ((r & ~3) * K << 2) + ((r & 3) << 2);
      for (let k: usize = 0; k < K; k++) total += load<f32>(from + (k << 4)) * load<f32>(b + k * line + (n << 2));
      store<f32>(c + r * line + (n << 2), total);
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
