// The three matrix products of a linear layer. Letters: T rows (tokens), I inputs, O outputs; w is (O, I) as PyTorch
// has it, so no product needs a transposed copy of the weights. All matrices are row-major float32.

import { madd, sum4, sums2 } from "./vector";

/** Σ over k of two rows. */
// @ts-ignore: decorator
@inline
function dot(a: usize, b: usize, length: usize): f32 {
  let sum = f32x4.splat(0);
  const end4 = a + ((length & ~3) << 2);
  const end = a + (length << 2);
  for (; a < end4; a += 16, b += 16) sum = madd(v128.load(a), v128.load(b), sum);
  let total = sum4(sum);
  for (; a < end; a += 4, b += 4) total += load<f32>(a) * load<f32>(b);
  return total;
}

/** y = x wᵀ + b, then max(·, 0) if `relu`. `b` 0: none. `residual` (T, O) is added at the end; 0: none. */
export function linear(
  x: usize, w: usize, b: usize, residual: usize, y: usize, T: usize, I: usize, O: usize, relu: i32,
): void {
  const row = I << 2;
  const out = O << 2;
  const vectors = (I & ~3) << 2;
  const floor = relu ? f32x4.splat(0) : f32x4.splat(-Infinity);
  let t: usize = 0;
  for (; t + 4 <= T; t += 4) {
    const x0 = x + t * row;
    let o: usize = 0;
    for (; o + 2 <= O; o += 2) {
      let a = x0;
      let v = w + o * row;
      let s00 = f32x4.splat(0), s01 = f32x4.splat(0), s10 = f32x4.splat(0), s11 = f32x4.splat(0);
      let s20 = f32x4.splat(0), s21 = f32x4.splat(0), s30 = f32x4.splat(0), s31 = f32x4.splat(0);
      const end = a + vectors;
      for (; a < end; a += 16, v += 16) {
        const v0 = v128.load(v);
        const v1 = v128.load(v + row);
        const a0 = v128.load(a);
        s00 = madd(a0, v0, s00);
        s01 = madd(a0, v1, s01);
        const a1 = v128.load(a + row);
        s10 = madd(a1, v0, s10);
        s11 = madd(a1, v1, s11);
        const a2 = v128.load(a + 2 * row);
        s20 = madd(a2, v0, s20);
        s21 = madd(a2, v1, s21);
        const a3 = v128.load(a + 3 * row);
        s30 = madd(a3, v0, s30);
        s31 = madd(a3, v1, s31);
      }
      let r0 = sums2(s00, s01), r1 = sums2(s10, s11), r2 = sums2(s20, s21), r3 = sums2(s30, s31);
      for (let k = I & ~3; k < I; k++, a += 4, v += 4) {
        const both = f32x4.replace_lane(v128.load_splat<f32>(v), 1, load<f32>(v + row));
        r0 = madd(v128.load_splat<f32>(a), both, r0);
        r1 = madd(v128.load_splat<f32>(a + row), both, r1);
        r2 = madd(v128.load_splat<f32>(a + 2 * row), both, r2);
        r3 = madd(v128.load_splat<f32>(a + 3 * row), both, r3);
      }
      if (b) {
        const bias = v128.load64_zero(b + (o << 2));
        r0 = f32x4.add(r0, bias);
        r1 = f32x4.add(r1, bias);
        r2 = f32x4.add(r2, bias);
        r3 = f32x4.add(r3, bias);
      }
      const at = t * out + (o << 2);
      if (residual) {
        r0 = f32x4.add(r0, v128.load64_zero(residual + at));
        r1 = f32x4.add(r1, v128.load64_zero(residual + at + out));
        r2 = f32x4.add(r2, v128.load64_zero(residual + at + 2 * out));
        r3 = f32x4.add(r3, v128.load64_zero(residual + at + 3 * out));
      }
      v128.store64_lane(y + at, f32x4.max(r0, floor), 0);
      v128.store64_lane(y + at + out, f32x4.max(r1, floor), 0);
      v128.store64_lane(y + at + 2 * out, f32x4.max(r2, floor), 0);
      v128.store64_lane(y + at + 3 * out, f32x4.max(r3, floor), 0);
    }
    if (o < O) {
      for (let r: usize = t; r < t + 4; r++) cell(x, w, b, residual, y, r, o, I, O, relu);
    }
  }
  if (T - t >= 2 && (I & 3) == 0) {
    linearPair(x, w, b, residual, y, t, I, O, relu);
    t += 2;
  }
  for (; t < T; t++) linearRow(x, w, b, residual, y, t, I, O, relu);
}

/** Two rows of `linear`, four outputs at a time, so that few rows read the weights but once. I is a multiple of 4. */
function linearPair(
  x: usize, w: usize, b: usize, residual: usize, y: usize, t: usize, I: usize, O: usize, relu: i32,
): void {
  const row = I << 2;
  const out = O << 2;
  const floor = relu ? f32x4.splat(0) : f32x4.splat(-Infinity);
  let o: usize = 0;
  for (; o + 4 <= O; o += 4) {
    let a = x + t * row;
    let v = w + o * row;
    let s00 = f32x4.splat(0), s01 = f32x4.splat(0), s02 = f32x4.splat(0), s03 = f32x4.splat(0);
    let s10 = f32x4.splat(0), s11 = f32x4.splat(0), s12 = f32x4.splat(0), s13 = f32x4.splat(0);
    const end = a + row;
    for (; a < end; a += 16, v += 16) {
      const a0 = v128.load(a);
      const a1 = v128.load(a + row);
      const v0 = v128.load(v);
      s00 = madd(a0, v0, s00);
      s10 = madd(a1, v0, s10);
      const v1 = v128.load(v + row);
      s01 = madd(a0, v1, s01);
      s11 = madd(a1, v1, s11);
      const v2 = v128.load(v + 2 * row);
      s02 = madd(a0, v2, s02);
      s12 = madd(a1, v2, s12);
      const v3 = v128.load(v + 3 * row);
      s03 = madd(a0, v3, s03);
      s13 = madd(a1, v3, s13);
    }
    let r0 = v128.shuffle<f32>(sums2(s00, s01), sums2(s02, s03), 0, 1, 4, 5);
    let r1 = v128.shuffle<f32>(sums2(s10, s11), sums2(s12, s13), 0, 1, 4, 5);
    if (b) {
      const bias = v128.load(b + (o << 2));
      r0 = f32x4.add(r0, bias);
      r1 = f32x4.add(r1, bias);
    }
    const at = t * out + (o << 2);
    if (residual) {
      r0 = f32x4.add(r0, v128.load(residual + at));
      r1 = f32x4.add(r1, v128.load(residual + at + out));
    }
    v128.store(y + at, f32x4.max(r0, floor));
    v128.store(y + at + out, f32x4.max(r1, floor));
  }
  for (; o < O; o++) {
    cell(x, w, b, residual, y, t, o, I, O, relu);
    cell(x, w, b, residual, y, t + 1, o, I, O, relu);
  }
}

/** One row of `linear`, four outputs at a time: for the few rows of queries and of the coarsest level. */
function linearRow(
  x: usize, w: usize, b: usize, residual: usize, y: usize, t: usize, I: usize, O: usize, relu: i32,
): void {
  const row = I << 2;
  const vectors = (I & ~3) << 2;
  let o: usize = 0;
  if (I == (I & ~3)) {
    const floor = relu ? f32x4.splat(0) : f32x4.splat(-Infinity);
    for (; o + 4 <= O; o += 4) {
      let a = x + t * row;
      let v = w + o * row;
      let s0 = f32x4.splat(0), s1 = f32x4.splat(0), s2 = f32x4.splat(0), s3 = f32x4.splat(0);
      const end = a + vectors;
      for (; a < end; a += 16, v += 16) {
        const a0 = v128.load(a);
        s0 = madd(a0, v128.load(v), s0);
        s1 = madd(a0, v128.load(v + row), s1);
        s2 = madd(a0, v128.load(v + 2 * row), s2);
        s3 = madd(a0, v128.load(v + 3 * row), s3);
      }
      let r = v128.shuffle<f32>(sums2(s0, s1), sums2(s2, s3), 0, 1, 4, 5);
      if (b) r = f32x4.add(r, v128.load(b + (o << 2)));
      const at = (t * O + o) << 2;
      if (residual) r = f32x4.add(r, v128.load(residual + at));
      v128.store(y + at, f32x4.max(r, floor));
    }
  }
  for (; o < O; o++) cell(x, w, b, residual, y, t, o, I, O, relu);
}

function cell(
  x: usize, w: usize, b: usize, residual: usize, y: usize, t: usize, o: usize, I: usize, O: usize, relu: i32,
): void {
  let r = dot(x + ((t * I) << 2), w + ((o * I) << 2), I);
  if (b) r += load<f32>(b + (o << 2));
  const at = (t * O + o) << 2;
  if (residual) r += load<f32>(residual + at);
  if (relu && r < 0) r = 0;
  store<f32>(y + at, r);
}

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
  // Read down its columns, a large dy takes a new cache line, often of the same few sets, at every step: four columns
  // at a time are laid side by side first.
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
