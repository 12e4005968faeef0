// Layer normalisation over the last axis, and ConvNeXt V2's global response normalisation over a map.

import { madd, sum4 } from "./vector";

/** y (T, N) = (x − mean) / √(variance + eps) · gamma + beta; `stats` (T, 2) receives mean and 1 / √(variance + eps). */
export function layerNorm(
  x: usize, gamma: usize, beta: usize, y: usize, stats: usize, T: usize, N: usize, eps: f32,
): void {
  const vectors = N & ~3;
  const inverse: f32 = (1.0 as f32) / (N as f32);
  for (let t: usize = 0; t < T; t++, x += N << 2, y += N << 2, stats += 8) {
    let sum = f32x4.splat(0);
    for (let n: usize = 0; n < vectors; n += 4) sum = f32x4.add(sum, v128.load(x + (n << 2)));
    let total = sum4(sum);
    for (let n = vectors; n < N; n++) total += load<f32>(x + (n << 2));
    const mean = total * inverse;
    const mean4 = f32x4.splat(mean);
    let squares = f32x4.splat(0);
    for (let n: usize = 0; n < vectors; n += 4) {
      const d = f32x4.sub(v128.load(x + (n << 2)), mean4);
      squares = madd(d, d, squares);
    }
    let variance = sum4(squares);
    for (let n = vectors; n < N; n++) {
      const d = load<f32>(x + (n << 2)) - mean;
      variance += d * d;
    }
    const rate: f32 = (1.0 as f32) / sqrt<f32>(variance * inverse + eps);
    store<f32>(stats, mean);
    store<f32>(stats, rate, 4);
    const rate4 = f32x4.splat(rate);
    for (let n: usize = 0; n < vectors; n += 4) {
      const at = n << 2;
      const hat = f32x4.mul(f32x4.sub(v128.load(x + at), mean4), rate4);
      v128.store(y + at, madd(hat, v128.load(gamma + at), v128.load(beta + at)));
    }
    for (let n = vectors; n < N; n++) {
      const at = n << 2;
      store<f32>(y + at, (load<f32>(x + at) - mean) * rate * load<f32>(gamma + at) + load<f32>(beta + at));
    }
  }
}

/** dx (T, N), dgamma (N), dbeta (N); the last two start as zeros. */
export function layerNormGrad(
  dy: usize, x: usize, stats: usize, gamma: usize, dx: usize, dgamma: usize, dbeta: usize, T: usize, N: usize,
): void {
  const vectors = N & ~3;
  const inverse: f32 = (1.0 as f32) / (N as f32);
  for (let t: usize = 0; t < T; t++, x += N << 2, dy += N << 2, dx += N << 2, stats += 8) {
    const mean = load<f32>(stats);
    const rate = load<f32>(stats, 4);
    const mean4 = f32x4.splat(mean);
    const rate4 = f32x4.splat(rate);
    let sum = f32x4.splat(0);
    let along = f32x4.splat(0);
    for (let n: usize = 0; n < vectors; n += 4) {
      const at = n << 2;
      const d = v128.load(dy + at);
      const hat = f32x4.mul(f32x4.sub(v128.load(x + at), mean4), rate4);
      v128.store(dgamma + at, madd(d, hat, v128.load(dgamma + at)));
      v128.store(dbeta + at, f32x4.add(d, v128.load(dbeta + at)));
      const g = f32x4.mul(d, v128.load(gamma + at));
      sum = f32x4.add(sum, g);
      along = madd(g, hat, along);
    }
    let total = sum4(sum);
    let product = sum4(along);
    for (let n = vectors; n < N; n++) {
      const at = n << 2;
      const d = load<f32>(dy + at);
      const hat = (load<f32>(x + at) - mean) * rate;
      store<f32>(dgamma + at, load<f32>(dgamma + at) + d * hat);
      store<f32>(dbeta + at, load<f32>(dbeta + at) + d);
      total += d * load<f32>(gamma + at);
      product += d * load<f32>(gamma + at) * hat;
    }
    total *= inverse;
    product *= inverse;
    const total4 = f32x4.splat(total);
    const product4 = f32x4.splat(product);
    for (let n: usize = 0; n < vectors; n += 4) {
      const at = n << 2;
      const hat = f32x4.mul(f32x4.sub(v128.load(x + at), mean4), rate4);
      const g = f32x4.mul(v128.load(dy + at), v128.load(gamma + at));
      v128.store(dx + at, f32x4.mul(f32x4.sub(f32x4.sub(g, total4), f32x4.mul(hat, product4)), rate4));
    }
    for (let n = vectors; n < N; n++) {
      const at = n << 2;
      const hat = (load<f32>(x + at) - mean) * rate;
      const g = load<f32>(dy + at) * load<f32>(gamma + at);
      store<f32>(dx + at, (g - total - hat * product) * rate);
    }
  }
}

/**
 * For the map x (P, C) of one sheet: norm (C) = √(Σ over valid p of x² + 1e-6), then
 * y = gamma · x · norm / (mean of norm + 1e-6) + beta + x. `valid` (P) holds 1 or 0; address 0: all valid.
 */
export function grn(
  x: usize, valid: usize, gamma: usize, beta: usize, y: usize, norm: usize, P: usize, C: usize,
): void {
  const line = C << 2;
  const vectors = (C & ~3) << 2;
  memory.fill(norm, 0, line);
  for (let p: usize = 0; p < P; p++) {
    if (valid && load<f32>(valid + (p << 2)) == 0) continue;
    const from = x + p * line;
    let at: usize = 0;
    for (; at < vectors; at += 16) {
      const v = v128.load(from + at);
      v128.store(norm + at, madd(v, v, v128.load(norm + at)));
    }
    for (; at < line; at += 4) {
      const v = load<f32>(from + at);
      store<f32>(norm + at, load<f32>(norm + at) + v * v);
    }
  }
  let total: f32 = 0;
  for (let at: usize = 0; at < line; at += 4) {
    const size = sqrt<f32>(load<f32>(norm + at) + (1e-6 as f32));
    store<f32>(norm + at, size);
    total += size;
  }
  const scale: f32 = (1.0 as f32) / (total / (C as f32) + (1e-6 as f32));
  const scale4 = f32x4.splat(scale);
  for (let p: usize = 0; p < P; p++) {
    const from = x + p * line;
    const to = y + p * line;
    let at: usize = 0;
    for (; at < vectors; at += 16) {
      const v = v128.load(from + at);
      const response = f32x4.mul(f32x4.mul(v, v128.load(norm + at)), scale4);
      v128.store(to + at, f32x4.add(madd(response, v128.load(gamma + at), v128.load(beta + at)), v));
    }
    for (; at < line; at += 4) {
      const v = load<f32>(from + at);
      store<f32>(to + at, load<f32>(gamma + at) * (v * load<f32>(norm + at) * scale) + load<f32>(beta + at) + v);
    }
  }
}

/** dx (P, C); dgamma and dbeta (C) are added to. `work`: C floats. */
export function grnGrad(
  dy: usize, x: usize, valid: usize, gamma: usize, norm: usize, dx: usize, dgamma: usize, dbeta: usize,
  P: usize, C: usize, work: usize,
): void {
  const line = C << 2;
  const vectors = (C & ~3) << 2;
  memory.fill(work, 0, line); // Σ over p of dy · x, per channel
  for (let p: usize = 0; p < P; p++) {
    const d = dy + p * line;
    const from = x + p * line;
    let at: usize = 0;
    for (; at < vectors; at += 16) {
      const v = v128.load(d + at);
      v128.store(work + at, madd(v, v128.load(from + at), v128.load(work + at)));
      v128.store(dbeta + at, f32x4.add(v, v128.load(dbeta + at)));
    }
    for (; at < line; at += 4) {
      const v = load<f32>(d + at);
      store<f32>(work + at, load<f32>(work + at) + v * load<f32>(from + at));
      store<f32>(dbeta + at, load<f32>(dbeta + at) + v);
    }
  }
  let total: f32 = 0;
  for (let at: usize = 0; at < line; at += 4) total += load<f32>(norm + at);
  const scale: f32 = (1.0 as f32) / (total / (C as f32) + (1e-6 as f32));
  let shared: f32 = 0; // Σ over channels of d(normalised) · norm
  for (let at: usize = 0; at < line; at += 4) {
    const size = load<f32>(norm + at);
    const product = load<f32>(work + at);
    store<f32>(dgamma + at, load<f32>(dgamma + at) + product * size * scale);
    shared += product * load<f32>(gamma + at) * size;
  }
  const common: f32 = (shared * scale * scale) / (C as f32);
  for (let at: usize = 0; at < line; at += 4) {
    const size = load<f32>(norm + at);
    const dnorm = load<f32>(work + at) * load<f32>(gamma + at) * scale - common;
    store<f32>(work + at, dnorm / size); // what x is multiplied by where it is valid
  }
  const scale4 = f32x4.splat(scale);
  const one = f32x4.splat(1);
  for (let p: usize = 0; p < P; p++) {
    const d = dy + p * line;
    const from = x + p * line;
    const to = dx + p * line;
    const counts: f32 = valid ? load<f32>(valid + (p << 2)) : 1;
    const counts4 = f32x4.splat(counts);
    let at: usize = 0;
    for (; at < vectors; at += 16) {
      const direct = madd(f32x4.mul(v128.load(norm + at), scale4), v128.load(gamma + at), one);
      const indirect = f32x4.mul(f32x4.mul(v128.load(work + at), v128.load(from + at)), counts4);
      v128.store(to + at, madd(v128.load(d + at), direct, indirect));
    }
    for (; at < line; at += 4) {
      const direct = load<f32>(norm + at) * scale * load<f32>(gamma + at) + 1;
      store<f32>(to + at, load<f32>(d + at) * direct + load<f32>(work + at) * load<f32>(from + at) * counts);
    }
  }
}
