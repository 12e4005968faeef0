// Layers for prediction with weights of 16 bits: a processor multiplies twice as many 16-bit numbers per instruction as
// float32. Letters as in linear.as.
//
// Each row of inputs and each row of weights has a factor of its own. The factors make the Euclidean norms of the rows as
// large as they may be: their product bounds every sum (Cauchy-Schwarz), which therefore never leaves 32 bits and is exact.

import { depthwiseRows } from "./convolution";
import { gelu4 } from "./elementwise";
import { layerNorm } from "./normalise";
import { MAGIC, MAGIC_BITS, madd, sum4 } from "./vector";

/** The norm of a row of inputs: none of them is larger, so that each fits into 16 bits. */
const INPUT_NORM: f32 = 32700;
/** The largest norm of a row of weights, and the largest weight. INPUT_NORM · WEIGHT_NORM < 2^31, also after rounding. */
const WEIGHT_NORM: f32 = 65000;
const MOST_WEIGHT: f32 = 32767;
/** Rows of one tile of a product. */
const TILE: usize = 6;
/** Rows that are quantised together: they stay in the second-level cache while all weights pass by. */
const CHUNK: usize = 192;
/** What follows a product. */
const RELU = 1;
const GELU = 2;

/**
 * w (O, C, taps) → the factor of each output (O float32), then panels of eight outputs: for each pair of inputs, the two
 * weights of each of the eight. Inputs are ordered (taps, C), as cells lie in a map. O is a multiple of 8.
 */
export function packWeights(w: usize, to: usize, O: usize, taps: usize, C: usize): void {
  const K = taps * C;
  const pairs = (K + 1) >> 1;
  const panels = to + (O << 2);
  memory.fill(panels, 0, O * (pairs << 2));
  for (let o: usize = 0; o < O; o++) {
    const row = w + ((o * K) << 2);
    let top: f32 = 0;
    let sum: f32 = 0;
    for (let k: usize = 0; k < K; k++) {
      const value = load<f32>(row + (k << 2));
      top = max<f32>(top, abs<f32>(value));
      sum += value * value;
    }
    const scale: f32 = sum > 0 ? min<f32>(MOST_WEIGHT / top, WEIGHT_NORM / sqrt<f32>(sum)) : 0;
    store<f32>(to + (o << 2), scale > 0 ? (1.0 as f32) / scale : 0);
    const first = panels + (o >> 3) * (pairs << 5) + ((o & 7) << 2);
    for (let tap: usize = 0, k: usize = 0; tap < taps; tap++) {
      for (let c: usize = 0; c < C; c++, k++) {
        const value = nearest<f32>(load<f32>(row + ((c * taps + tap) << 2)) * scale);
        store<i16>(first + ((k >> 1) << 5) + ((k & 1) << 1), value as i16);
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function rounded(x: v128, scale: v128): v128 {
  return i32x4.sub(madd(x, scale, f32x4.splat(MAGIC)), i32x4.splat(MAGIC_BITS));
}

/** A row of K inputs → pairs of 16-bit numbers at `q`, and at `scale` what they have to be multiplied by. */
function quantise(x: usize, q: usize, scale: usize, K: usize): void {
  const vectors = (K & ~7) << 2;
  const line = K << 2;
  let sum0 = f32x4.splat(0), sum1 = f32x4.splat(0);
  let at: usize = 0;
  for (; at < vectors; at += 32) {
    const low = v128.load(x + at);
    sum0 = madd(low, low, sum0);
    const high = v128.load(x + at, 16);
    sum1 = madd(high, high, sum1);
  }
  let sum = sum4(f32x4.add(sum0, sum1));
  for (; at < line; at += 4) sum += load<f32>(x + at) * load<f32>(x + at);
  const norm = sqrt<f32>(sum);
  const rate: f32 = norm > 0 ? INPUT_NORM / norm : 0;
  store<f32>(scale, norm / INPUT_NORM);
  const rate4 = f32x4.splat(rate);
  for (at = 0; at < vectors; at += 32, q += 16) {
    v128.store(q, i16x8.narrow_i32x4_s(rounded(v128.load(x + at), rate4), rounded(v128.load(x + at, 16), rate4)));
  }
  for (; at < line; at += 4, q += 2) store<i16>(q, nearest<f32>(load<f32>(x + at) * rate) as i16);
  if (K & 1) store<i16>(q, 0);
}

/** Zeros after n rows of `pairs` pairs, up to a whole tile. */
function padTile(q: usize, scales: usize, n: usize, pairs: usize): void {
  const rest = (TILE - (n % TILE)) % TILE;
  memory.fill(q + n * (pairs << 2), 0, rest * (pairs << 2));
  memory.fill(scales + (n << 2), 0, rest << 2);
}

/**
 * y (n, O) = activation(q wᵀ + b [+ residual (n, O)]) for n quantised rows, padded to whole tiles. `tile`: 6 · 8 floats.
 */
function product(
  q: usize, scales: usize, packed: usize, b: usize, residual: usize, y: usize,
  n: usize, pairs: usize, O: usize, activation: i32, tile: usize,
): void {
  const row = pairs << 2;
  const out = O << 2;
  for (let o: usize = 0; o < O; o += 8) {
    const panel = packed + out + o * row;
    for (let t: usize = 0; t < n; t += TILE) {
      let s00 = i32x4.splat(0), s01 = i32x4.splat(0), s10 = i32x4.splat(0), s11 = i32x4.splat(0);
      let s20 = i32x4.splat(0), s21 = i32x4.splat(0), s30 = i32x4.splat(0), s31 = i32x4.splat(0);
      let s40 = i32x4.splat(0), s41 = i32x4.splat(0), s50 = i32x4.splat(0), s51 = i32x4.splat(0);
      let p = panel;
      let a0 = q + t * row;
      let a1 = a0 + row;
      let a2 = a1 + row;
      let a3 = a2 + row;
      let a4 = a3 + row;
      let a5 = a4 + row;
      const end = a0 + row;
      for (; a0 < end; a0 += 4, a1 += 4, a2 += 4, a3 += 4, a4 += 4, a5 += 4, p += 32) {
        const w0 = v128.load(p);
        const w1 = v128.load(p, 16);
        const x0 = v128.load32_splat(a0);
        s00 = i32x4.add(s00, i32x4.dot_i16x8_s(x0, w0));
        s01 = i32x4.add(s01, i32x4.dot_i16x8_s(x0, w1));
        const x1 = v128.load32_splat(a1);
        s10 = i32x4.add(s10, i32x4.dot_i16x8_s(x1, w0));
        s11 = i32x4.add(s11, i32x4.dot_i16x8_s(x1, w1));
        const x2 = v128.load32_splat(a2);
        s20 = i32x4.add(s20, i32x4.dot_i16x8_s(x2, w0));
        s21 = i32x4.add(s21, i32x4.dot_i16x8_s(x2, w1));
        const x3 = v128.load32_splat(a3);
        s30 = i32x4.add(s30, i32x4.dot_i16x8_s(x3, w0));
        s31 = i32x4.add(s31, i32x4.dot_i16x8_s(x3, w1));
        const x4 = v128.load32_splat(a4);
        s40 = i32x4.add(s40, i32x4.dot_i16x8_s(x4, w0));
        s41 = i32x4.add(s41, i32x4.dot_i16x8_s(x4, w1));
        const x5 = v128.load32_splat(a5);
        s50 = i32x4.add(s50, i32x4.dot_i16x8_s(x5, w0));
        s51 = i32x4.add(s51, i32x4.dot_i16x8_s(x5, w1));
      }
      v128.store(tile, s00);
      v128.store(tile, s01, 16);
      v128.store(tile, s10, 32);
      v128.store(tile, s11, 48);
      v128.store(tile, s20, 64);
      v128.store(tile, s21, 80);
      v128.store(tile, s30, 96);
      v128.store(tile, s31, 112);
      v128.store(tile, s40, 128);
      v128.store(tile, s41, 144);
      v128.store(tile, s50, 160);
      v128.store(tile, s51, 176);
      finish(tile, scales, packed, b, residual, y, t, min<usize>(t + TILE, n), o, O, activation);
    }
  }
}

/**
 * Rows t to last − 1 and eight outputs of `product`, from their sums in `tile`. It is a function of its own, since its many
 * constants would take the registers of the loop that computes the sums.
 */
export function finish(
  tile: usize, scales: usize, packed: usize, b: usize, residual: usize, y: usize, t: usize, last: usize,
  o: usize, O: usize, activation: i32,
): void {
  const out = O << 2;
  const weight0 = v128.load(packed + (o << 2));
  const weight1 = v128.load(packed + (o << 2), 16);
  const bias0 = v128.load(b + (o << 2));
  const bias1 = v128.load(b + (o << 2), 16);
  for (let r = t; r < last; r++, tile += 32) {
    const scale = v128.load32_splat(scales + (r << 2));
    let r0 = madd(f32x4.convert_i32x4_s(v128.load(tile)), f32x4.mul(scale, weight0), bias0);
    let r1 = madd(f32x4.convert_i32x4_s(v128.load(tile, 16)), f32x4.mul(scale, weight1), bias1);
    const at = r * out + (o << 2);
    if (residual) {
      r0 = f32x4.add(r0, v128.load(residual + at));
      r1 = f32x4.add(r1, v128.load(residual + at, 16));
    }
    if (activation == RELU) {
      r0 = f32x4.pmax(r0, f32x4.splat(0));
      r1 = f32x4.pmax(r1, f32x4.splat(0));
    } else if (activation == GELU) {
      r0 = gelu4(r0);
      r1 = gelu4(r1);
    }
    v128.store(y + at, r0);
    v128.store(y + at, r1, 16);
  }
}

/**
 * y (T, O) = x (T, K) wᵀ + b, then max(·, 0) if `relu`. `residual` (T, O), at address 0: none, is added before.
 * `work`: 48 + 192 · (1 + pairs) words.
 */
export function linearPacked(
  x: usize, packed: usize, b: usize, residual: usize, y: usize, T: usize, K: usize, O: usize, relu: i32, work: usize,
): void {
  layer(x, packed, b, residual, y, T, K, O, relu ? RELU : 0, work);
}

function layer(
  x: usize, packed: usize, b: usize, residual: usize, y: usize,
  T: usize, K: usize, O: usize, activation: i32, work: usize,
): void {
  const pairs = (K + 1) >> 1;
  const scales = work + 4 * TILE * 8;
  const q = scales + 4 * CHUNK;
  for (let t: usize = 0; t < T; t += CHUNK) {
    const n = min<usize>(CHUNK, T - t);
    for (let r: usize = 0; r < n; r++) {
      quantise(x + (((t + r) * K) << 2), q + r * (pairs << 2), scales + (r << 2), K);
    }
    padTile(q, scales, n, pairs);
    const at = (t * O) << 2;
    product(q, scales, packed, b, residual ? residual + at : 0, y + at, n, pairs, O, activation, work);
  }
}

/**
 * A convolution with a K×K kernel over x (B, H, W, C) → y (B·h·w, O). `work`: 48 + 192 · (1 + pairs) words, and K·K·C for a
 * row.
 */
export function convolutionPacked(
  x: usize, packed: usize, b: usize, y: usize, B: i32, H: i32, W: i32, C: i32, K: i32, stride: i32, padding: i32,
  h: i32, w: i32, O: usize, work: usize,
): void {
  const cell = C << 2;
  const inputs = (K * K * C) as usize;
  const pairs = (inputs + 1) >> 1;
  const scales = work + 4 * TILE * 8;
  const q = scales + 4 * CHUNK;
  const row = q + CHUNK * (pairs << 2);
  const T = (B * h * w) as usize;
  let n: usize = 0;
  for (let t: usize = 0; t < T; t++) {
    const place = (t as i32) % (h * w);
    const map = x + (((t as i32) / (h * w)) * H * W * cell);
    const top = (place / w) * stride - padding;
    const left = (place % w) * stride - padding;
    const before = left < 0 ? -left : 0;
    const after = left + K > W ? left + K - W : 0;
    for (let i = 0; i < K; i++) {
      const to = row + i * K * cell;
      if (top + i < 0 || top + i >= H || before + after >= K) {
        memory.fill(to, 0, K * cell);
        continue;
      }
      if (before > 0) memory.fill(to, 0, before * cell);
      if (after > 0) memory.fill(to + (K - after) * cell, 0, after * cell);
      memory.copy(to + before * cell, map + ((top + i) * W + left + before) * cell, (K - before - after) * cell);
    }
    quantise(row, q + n * (pairs << 2), scales + (n << 2), inputs);
    n++;
    if (n < CHUNK && t + 1 < T) continue;
    padTile(q, scales, n, pairs);
    product(q, scales, packed, b, 0, y + (((t + 1 - n) * O) << 2), n, pairs, O, 0, work);
    n = 0;
  }
}

/**
 * A block of ConvNeXt V2 over the map x (H, W, C) of one sheet → y. `taps` as `tapsFirst` writes them; `packed1` (E, C),
 * `packed2` (C, E); `valid` 0: all places; `gamma` 0: no GRN. `wide`: H·W·E floats; `norms`: E floats. `work`: 48 words,
 * 192 · (1 + pairs) of E inputs, and (2 + C) · max(192, W) floats for rows before they are quantised.
 */
export function blockPacked(
  x: usize, taps: usize, depthBias: usize, normWeight: usize, normBias: usize, eps: f32,
  packed1: usize, bias1: usize, valid: usize, gamma: usize, beta: usize, packed2: usize, bias2: usize,
  y: usize, H: i32, W: i32, C: usize, E: usize, wide: usize, norms: usize, work: usize,
): void {
  const rows = max<i32>(1, (CHUNK as i32) / W);
  const mixed = work + 4 * (TILE * 8 + CHUNK * (1 + ((E + 1) >> 1)));
  const stats = mixed + 4 * C * max<usize>(CHUNK, W);
  if (gamma) memory.fill(norms, 0, E << 2);
  for (let r = 0; r < H; r += rows) {
    const last = min<i32>(H, r + rows);
    const n = ((last - r) * W) as usize;
    const first = (r * W) as usize;
    const at = wide + ((first * E) << 2);
    depthwiseRows(x, taps, depthBias, mixed, r, last, H, W, C);
    layerNorm(mixed, normWeight, normBias, mixed, stats, n, C, eps);
    layer(mixed, packed1, bias1, 0, at, n, C, E, GELU, work);
    if (gamma) addSquares(at, valid ? valid + (first << 2) : 0, norms, n, E);
  }
  const T = (H * W) as usize;
  if (gamma) {
    response(norms, gamma, E);
    scaleRows(wide, norms, beta, T, E);
  }
  layer(wide, packed2, bias2, x, y, T, E, C, 0, work);
}

/** sums (C) += Σ over the n rows of x that are valid of x². */
function addSquares(x: usize, valid: usize, sums: usize, n: usize, C: usize): void {
  const line = C << 2;
  for (let r: usize = 0; r < n; r++, x += line) {
    if (valid && load<f32>(valid + (r << 2)) == 0) continue;
    for (let at: usize = 0; at < line; at += 16) {
      const v = v128.load(x + at);
      v128.store(sums + at, madd(v, v, v128.load(sums + at)));
    }
  }
}

/** x (n, C) = x · factor + shift in place. */
function scaleRows(x: usize, factor: usize, shift: usize, n: usize, C: usize): void {
  const line = C << 2;
  for (let r: usize = 0; r < n; r++, x += line) {
    for (let at: usize = 0; at < line; at += 16) {
      v128.store(x + at, madd(v128.load(x + at), v128.load(factor + at), v128.load(shift + at)));
    }
  }
}

/** Turns sums of squares into the factors of GRN: gamma · norm / (mean of norm + 1e-6) + 1, as in `grn`. */
function response(sums: usize, gamma: usize, C: usize): void {
  const line = C << 2;
  let total: f32 = 0;
  for (let at: usize = 0; at < line; at += 4) {
    const size = sqrt<f32>(load<f32>(sums + at) + (1e-6 as f32));
    store<f32>(sums + at, size);
    total += size;
  }
  const scale: f32 = (1.0 as f32) / (total / (C as f32) + (1e-6 as f32));
  for (let at: usize = 0; at < line; at += 4) {
    store<f32>(sums + at, load<f32>(sums + at) * scale * load<f32>(gamma + at) + (1.0 as f32));
  }
}
