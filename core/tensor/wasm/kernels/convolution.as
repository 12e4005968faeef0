// Convolutions over maps (B, H, W, C), channels last.

import { madd } from "./vector";

/** Weights (C, 1, 3, 3) → (9, C), from the last tap to the first if `flipped`. */
export function tapsFirst(w: usize, to: usize, C: usize, flipped: i32): void {
  for (let c: usize = 0; c < C; c++) {
    for (let k: usize = 0; k < 9; k++) {
      const tap = flipped ? 8 - k : k;
      store<f32>(to + ((k * C + c) << 2), load<f32>(w + ((c * 9 + tap) << 2)));
    }
  }
}

/**
 * Each channel with its own 3x3 kernel, zero padding 1. `bias` 0: none. `flipped` turns it into its own gradient
 * with respect to the input. `taps`: 9·C floats.
 */
export function depthwise(
  x: usize, w: usize, bias: usize, y: usize, B: i32, H: i32, W: i32, C: usize, flipped: i32, taps: usize,
): void {
  tapsFirst(w, taps, C, flipped);
  const map = (((H * W) as usize) * C) << 2;
  for (let b = 0; b < B; b++, x += map, y += map) depthwiseRows(x, taps, bias, y, 0, H, H, W, C);
}

/** Rows first to last − 1 of `depthwise` over one map; y begins with row `first`. */
export function depthwiseRows(
  x: usize, taps: usize, bias: usize, y: usize, first: i32, last: i32, H: i32, W: i32, C: usize,
): void {
  const line = C << 2;
  const vectors = (C & ~3) << 2;
  for (let r = first; r < last; r++) {
    const top = r > 0 ? r - 1 : 0;
    const bottom = r + 1 < H ? r + 1 : H - 1;
    for (let c = 0; c < W; c++) {
      const left = c > 0 ? c - 1 : 0;
      const right = c + 1 < W ? c + 1 : W - 1;
      let at: usize = 0;
      for (; at < vectors; at += 16) {
        let sum = bias ? v128.load(bias + at) : f32x4.splat(0);
        for (let i = top; i <= bottom; i++) {
          let from = x + ((i * W + left) as usize) * line + at;
          let tap = taps + (((i - r + 1) * 3 + left - c + 1) as usize) * line + at;
          for (let j = left; j <= right; j++, from += line, tap += line) {
            sum = madd(v128.load(from), v128.load(tap), sum);
          }
        }
        v128.store(y + at, sum);
      }
      for (; at < line; at += 4) {
        let sum: f32 = bias ? load<f32>(bias + at) : 0;
        for (let i = top; i <= bottom; i++) {
          let from = x + ((i * W + left) as usize) * line + at;
          let tap = taps + (((i - r + 1) * 3 + left - c + 1) as usize) * line + at;
          for (let j = left; j <= right; j++, from += line, tap += line) sum += load<f32>(from) * load<f32>(tap);
        }
        store<f32>(y + at, sum);
      }
      y += line;
    }
  }
}

/** dw (C, 1, 3, 3). `taps`: 9·C floats. */
export function depthwiseGradWeight(
  dy: usize, x: usize, dw: usize, B: i32, H: i32, W: i32, C: usize, taps: usize,
): void {
  const line = C << 2;
  const vectors = (C & ~3) << 2;
  memory.fill(taps, 0, 9 * line);
  for (let b = 0; b < B; b++) {
    for (let r = 0; r < H; r++) {
      const top = r > 0 ? r - 1 : 0;
      const bottom = r + 1 < H ? r + 1 : H - 1;
      for (let c = 0; c < W; c++) {
        const left = c > 0 ? c - 1 : 0;
        const right = c + 1 < W ? c + 1 : W - 1;
        for (let i = top; i <= bottom; i++) {
          let from = x + (((b * H + i) * W + left) as usize) * line;
          let tap = taps + (((i - r + 1) * 3 + left - c + 1) as usize) * line;
          for (let j = left; j <= right; j++, from += line, tap += line) {
            let at: usize = 0;
            for (; at < vectors; at += 16) {
              v128.store(tap + at, madd(v128.load(dy + at), v128.load(from + at), v128.load(tap + at)));
            }
            for (; at < line; at += 4) {
              store<f32>(tap + at, load<f32>(tap + at) + load<f32>(dy + at) * load<f32>(from + at));
            }
          }
        }
        dy += line;
      }
    }
  }
  for (let k: usize = 0; k < 9; k++) {
    for (let c: usize = 0; c < C; c++) {
      store<f32>(dw + ((c * 9 + k) << 2), load<f32>(taps + ((k * C + c) << 2)));
    }
  }
}

/**
 * The cells under a K×K kernel, one row per output place: x (B, H, W, C) → (B·h·w, C·K·K), each row in the order of the
 * weights (C, K, K), cells outside 0.
 */
export function unfold(
  x: usize, y: usize, B: i32, H: i32, W: i32, C: i32, K: i32, stride: i32, padding: i32, h: i32, w: i32,
): void {
  const taps = (K * K) << 2;
  for (let b = 0; b < B; b++) {
    for (let r = 0; r < h; r++) {
      for (let c = 0; c < w; c++, y += (C * K * K) << 2) {
        for (let i = 0; i < K; i++) {
          const row = r * stride + i - padding;
          for (let j = 0; j < K; j++) {
            const column = c * stride + j - padding;
            let to = y + ((i * K + j) << 2);
            if (row < 0 || row >= H || column < 0 || column >= W) {
              for (let n = 0; n < C; n++, to += taps) store<f32>(to, 0);
            } else {
              let from = x + ((((b * H + row) * W + column) * C) << 2);
              for (let n = 0; n < C; n++, from += 4, to += taps) store<f32>(to, load<f32>(from));
            }
          }
        }
      }
    }
  }
}

/** Back from `unfold`: every row's values are added to the cells they came from. dx starts as zeros. */
export function fold(
  dy: usize, dx: usize, B: i32, H: i32, W: i32, C: i32, K: i32, stride: i32, padding: i32, h: i32, w: i32,
): void {
  const taps = (K * K) << 2;
  for (let b = 0; b < B; b++) {
    for (let r = 0; r < h; r++) {
      for (let c = 0; c < w; c++, dy += (C * K * K) << 2) {
        for (let i = 0; i < K; i++) {
          const row = r * stride + i - padding;
          if (row < 0 || row >= H) continue;
          for (let j = 0; j < K; j++) {
            const column = c * stride + j - padding;
            if (column < 0 || column >= W) continue;
            let from = dy + ((i * K + j) << 2);
            let to = dx + ((((b * H + row) * W + column) * C) << 2);
            for (let n = 0; n < C; n++, to += 4, from += taps) store<f32>(to, load<f32>(to) + load<f32>(from));
          }
        }
      }
    }
  }
}
