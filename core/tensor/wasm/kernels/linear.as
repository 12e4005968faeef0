// The matrix product of a linear layer, forward. Letters: T rows (tokens), I inputs, O outputs; w is (O, I) as in
// PyTorch, and both operands are read along their rows. All matrices are row-major float32.

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
      v128.store64_lane(y + at, f32x4.pmax(r0, floor), 0);
      v128.store64_lane(y + at + out, f32x4.pmax(r1, floor), 0);
      v128.store64_lane(y + at + 2 * out, f32x4.pmax(r2, floor), 0);
      v128.store64_lane(y + at + 3 * out, f32x4.pmax(r3, floor), 0);
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

/** Two rows of `linear`, four outputs at a time, so that few rows read the weights only once. I is a multiple of 4. */
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
    v128.store(y + at, f32x4.pmax(r0, floor));
    v128.store(y + at + out, f32x4.pmax(r1, floor));
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
      v128.store(y + at, f32x4.pmax(r, floor));
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
