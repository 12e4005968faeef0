// Multi-scale deformable attention (arXiv 2010.04159). Letters: B sheets, S tokens over all levels, Q queries,
// M heads, d channels per head, L levels, P points. `sizes` (L, 2) int32 rows and columns.

import { madd, sum4 } from "./vector";

/**
 * loc (B·Q, M, L, P, 2) as (x, y) in fractions of the map: ref + offset / (columns, rows) if ref (B·Q, L, 2) is a centre;
 * centre + offset / P · size / 2 if ref (B·Q, L, 4) is a box.
 */
export function samplingLocations(
  offsets: usize, ref: usize, sizes: usize, loc: usize, N: usize, M: usize, L: usize, P: usize, box: i32,
): void {
  const corners: usize = box ? 16 : 8;
  for (let n: usize = 0; n < N; n++, ref += L * corners) {
    for (let m: usize = 0; m < M; m++) {
      for (let l: usize = 0; l < L; l++) {
        const at = ref + l * corners;
        const x = load<f32>(at);
        const y = load<f32>(at, 4);
        const dx: f32 = box ? load<f32>(at, 8) * 0.5 / (P as f32) : (1.0 as f32) / (load<i32>(sizes + l * 8, 4) as f32);
        const dy: f32 = box ? load<f32>(at, 12) * 0.5 / (P as f32) : (1.0 as f32) / (load<i32>(sizes + l * 8) as f32);
        for (let p: usize = 0; p < P; p++, offsets += 8, loc += 8) {
          store<f32>(loc, x + load<f32>(offsets) * dx);
          store<f32>(loc, y + load<f32>(offsets, 4) * dy, 4);
        }
      }
    }
  }
}

/** doffsets, and dref, which starts as zeros; address 0: no dref. */
export function samplingLocationsGrad(
  dloc: usize, offsets: usize, ref: usize, sizes: usize, doffsets: usize, dref: usize,
  N: usize, M: usize, L: usize, P: usize, box: i32,
): void {
  const corners: usize = box ? 16 : 8;
  for (let n: usize = 0; n < N; n++, ref += L * corners) {
    for (let m: usize = 0; m < M; m++) {
      for (let l: usize = 0; l < L; l++) {
        const at = ref + l * corners;
        const dx: f32 = box ? load<f32>(at, 8) * 0.5 / (P as f32) : (1.0 as f32) / (load<i32>(sizes + l * 8, 4) as f32);
        const dy: f32 = box ? load<f32>(at, 12) * 0.5 / (P as f32) : (1.0 as f32) / (load<i32>(sizes + l * 8) as f32);
        let x: f32 = 0, y: f32 = 0, w: f32 = 0, h: f32 = 0;
        for (let p: usize = 0; p < P; p++, offsets += 8, dloc += 8, doffsets += 8) {
          const gx = load<f32>(dloc);
          const gy = load<f32>(dloc, 4);
          store<f32>(doffsets, gx * dx);
          store<f32>(doffsets, gy * dy, 4);
          x += gx;
          y += gy;
          w += gx * load<f32>(offsets);
          h += gy * load<f32>(offsets, 4);
        }
        if (dref) {
          const to = dref + (n * L + l) * corners;
          store<f32>(to, load<f32>(to) + x);
          store<f32>(to, load<f32>(to, 4) + y, 4);
          if (box) {
            store<f32>(to, load<f32>(to, 8) + w * 0.5 / (P as f32), 8);
            store<f32>(to, load<f32>(to, 12) + h * 0.5 / (P as f32), 12);
          }
        }
      }
    }
  }
}

/** y (B, Q, M·d), starting as zeros: Σ weight · bilinear read of value (B, S, M·d) at loc; cells outside are 0. */
export function deformable(
  value: usize, sizes: usize, loc: usize, weight: usize, y: usize,
  B: i32, S: i32, Q: i32, M: i32, d: usize, L: i32, P: i32,
): void {
  const token = (M as usize) * (d << 2);
  const vectors = (d & ~3) << 2;
  const end = d << 2;
  for (let b = 0; b < B; b++) {
    for (let q = 0; q < Q; q++) {
      for (let m = 0; m < M; m++, y += end) {
        let first = value + ((b * S) as usize) * token + (m as usize) * end;
        for (let l = 0; l < L; l++) {
          const H = load<i32>(sizes + (l << 3));
          const W = load<i32>(sizes + (l << 3), 4);
          for (let p = 0; p < P; p++, loc += 8, weight += 4) {
            const x = load<f32>(loc) * (W as f32) - 0.5;
            const r = load<f32>(loc, 4) * (H as f32) - 0.5;
            if (!(x > -1 && r > -1 && x < (W as f32) && r < (H as f32))) continue;
            const x0 = floor<f32>(x), r0 = floor<f32>(r);
            const fx = x - x0, fr = r - r0;
            const j = x0 as i32, i = r0 as i32;
            const a = load<f32>(weight);
            const up = i >= 0, down = i + 1 < H, left = j >= 0, right = j + 1 < W;
            const w00: f32 = up && left ? a * (1 - fr) * (1 - fx) : 0;
            const w01: f32 = up && right ? a * (1 - fr) * fx : 0;
            const w10: f32 = down && left ? a * fr * (1 - fx) : 0;
            const w11: f32 = down && right ? a * fr * fx : 0;
            // A corner outside reads its neighbour inside, with weight 0.
            const top = up ? i : i + 1, low = down ? i + 1 : i;
            const near = left ? j : j + 1, far = right ? j + 1 : j;
            const p00 = first + ((top * W + near) as usize) * token;
            const p01 = first + ((top * W + far) as usize) * token;
            const p10 = first + ((low * W + near) as usize) * token;
            const p11 = first + ((low * W + far) as usize) * token;
            let at: usize = 0;
            for (; at < vectors; at += 16) {
              let sum = madd(v128.load(p00 + at), f32x4.splat(w00), v128.load(y + at));
              sum = madd(v128.load(p01 + at), f32x4.splat(w01), sum);
              sum = madd(v128.load(p10 + at), f32x4.splat(w10), sum);
              sum = madd(v128.load(p11 + at), f32x4.splat(w11), sum);
              v128.store(y + at, sum);
            }
            for (; at < end; at += 4) {
              store<f32>(y + at, load<f32>(y + at) + load<f32>(p00 + at) * w00 + load<f32>(p01 + at) * w01
                + load<f32>(p10 + at) * w10 + load<f32>(p11 + at) * w11);
            }
          }
          first += ((H * W) as usize) * token;
        }
      }
    }
  }
}

/** dvalue, dloc and dweight, all starting as zeros. */
export function deformableGrad(
  dy: usize, value: usize, sizes: usize, loc: usize, weight: usize, dvalue: usize, dloc: usize, dweight: usize,
  B: i32, S: i32, Q: i32, M: i32, d: usize, L: i32, P: i32,
): void {
  const token = (M as usize) * (d << 2);
  const vectors = (d & ~3) << 2;
  const end = d << 2;
  for (let b = 0; b < B; b++) {
    for (let q = 0; q < Q; q++) {
      for (let m = 0; m < M; m++, dy += end) {
        let first = ((b * S) as usize) * token + (m as usize) * end;
        for (let l = 0; l < L; l++) {
          const H = load<i32>(sizes + (l << 3));
          const W = load<i32>(sizes + (l << 3), 4);
          for (let p = 0; p < P; p++, loc += 8, dloc += 8, weight += 4, dweight += 4) {
            const x = load<f32>(loc) * (W as f32) - 0.5;
            const r = load<f32>(loc, 4) * (H as f32) - 0.5;
            if (!(x > -1 && r > -1 && x < (W as f32) && r < (H as f32))) continue;
            const x0 = floor<f32>(x), r0 = floor<f32>(r);
            const fx = x - x0, fr = r - r0;
            const j = x0 as i32, i = r0 as i32;
            const a = load<f32>(weight);
            const up = i >= 0, down = i + 1 < H, left = j >= 0, right = j + 1 < W;
            const in00: f32 = up && left ? 1 : 0, in01: f32 = up && right ? 1 : 0;
            const in10: f32 = down && left ? 1 : 0, in11: f32 = down && right ? 1 : 0;
            const w00: f32 = in00 * a * (1 - fr) * (1 - fx), w01: f32 = in01 * a * (1 - fr) * fx;
            const w10: f32 = in10 * a * fr * (1 - fx), w11: f32 = in11 * a * fr * fx;
            const top = up ? i : i + 1, low = down ? i + 1 : i;
            const near = left ? j : j + 1, far = right ? j + 1 : j;
            const p00 = first + ((top * W + near) as usize) * token;
            const p01 = first + ((top * W + far) as usize) * token;
            const p10 = first + ((low * W + near) as usize) * token;
            const p11 = first + ((low * W + far) as usize) * token;
            let s00 = f32x4.splat(0), s01 = f32x4.splat(0), s10 = f32x4.splat(0), s11 = f32x4.splat(0);
            let at: usize = 0;
            for (; at < vectors; at += 16) {
              const g = v128.load(dy + at);
              s00 = madd(g, v128.load(value + p00 + at), s00);
              s01 = madd(g, v128.load(value + p01 + at), s01);
              s10 = madd(g, v128.load(value + p10 + at), s10);
              s11 = madd(g, v128.load(value + p11 + at), s11);
              // One after the other: at an edge two corners may be the same cell.
              v128.store(dvalue + p00 + at, madd(g, f32x4.splat(w00), v128.load(dvalue + p00 + at)));
              v128.store(dvalue + p01 + at, madd(g, f32x4.splat(w01), v128.load(dvalue + p01 + at)));
              v128.store(dvalue + p10 + at, madd(g, f32x4.splat(w10), v128.load(dvalue + p10 + at)));
              v128.store(dvalue + p11 + at, madd(g, f32x4.splat(w11), v128.load(dvalue + p11 + at)));
            }
            let v00 = sum4(s00), v01 = sum4(s01), v10 = sum4(s10), v11 = sum4(s11);
            for (; at < end; at += 4) {
              const g = load<f32>(dy + at);
              v00 += g * load<f32>(value + p00 + at);
              v01 += g * load<f32>(value + p01 + at);
              v10 += g * load<f32>(value + p10 + at);
              v11 += g * load<f32>(value + p11 + at);
              store<f32>(dvalue + p00 + at, load<f32>(dvalue + p00 + at) + g * w00);
              store<f32>(dvalue + p01 + at, load<f32>(dvalue + p01 + at) + g * w01);
              store<f32>(dvalue + p10 + at, load<f32>(dvalue + p10 + at) + g * w10);
              store<f32>(dvalue + p11 + at, load<f32>(dvalue + p11 + at) + g * w11);
            }
            v00 *= in00;
            v01 *= in01;
            v10 *= in10;
            v11 *= in11;
            store<f32>(dweight, (1 - fr) * ((1 - fx) * v00 + fx * v01) + fr * ((1 - fx) * v10 + fx * v11));
            store<f32>(dloc, a * (W as f32) * ((1 - fr) * (v01 - v00) + fr * (v11 - v10)));
            store<f32>(dloc, a * (H as f32) * ((1 - fx) * (v10 - v00) + fx * (v11 - v01)), 4);
          }
          first += ((H * W) as usize) * token;
        }
      }
    }
  }
}
