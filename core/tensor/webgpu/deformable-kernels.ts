/**
 * The WGSL kernels of deformable attention (arXiv 2010.04159): the places to read, and the weighted reads.
 */

import type { TensorInfo } from "@tensorflow/tfjs-core";
import { runProgram } from "./kernel-runner.ts";
import type { WebGpuKernel } from "./webgpu-kernel.ts";

type LocationShape = [number, number, number, number, number, 2];

/**
 * Letters: B sheets, S tokens over all levels, Q queries, M heads, d channels per head, L levels, P points.
 */
export const deformableKernels: Record<string, WebGpuKernel> = {
  /** offsets (B, Q, M, L, P, 2), ref (B, Q, L, 2 | 4), sizes (L, 2) int32 → loc (B, Q, M, L, P, 2). */
  TableSamplingLocations({ offsets, ref, sizes }) {
    return runProgram({
      name: "table_sampling_locations",
      inputs: { offsets: offsets!, points: ref!, sizes: sizes! },
      integers: locationIntegers(offsets!, ref!),
      shape: offsets!.shape,
      functions: STEP,
      body: `${PLACE}
        result[index] = points[at + axis] + offsets[index] * step(at, l, axis);`,
    });
  },

  /** → doffsets, and dref if `refGradient`. */
  TableSamplingLocationsGrad({ dloc, offsets, ref, sizes }, { refGradient }) {
    const integers = locationIntegers(offsets!, ref!);
    const doffsets = runProgram({
      name: "table_sampling_locations_grad_offsets",
      inputs: { dloc: dloc!, points: ref!, sizes: sizes! },
      integers,
      shape: offsets!.shape,
      functions: STEP,
      body: `${PLACE}
        result[index] = dloc[index] * step(at, l, axis);`,
    });
    if (!refGradient) return [doffsets];
    const dref = runProgram({
      name: "table_sampling_locations_grad_ref",
      inputs: { dloc: dloc!, offsets: offsets! },
      integers,
      shape: ref!.shape,
      body: `
        let corner = index % uniforms.corners;
        let axis = corner & 1;
        let l = (index / uniforms.corners) % uniforms.L;
        let n = index / (uniforms.corners * uniforms.L);
        var centre = 0.0;
        var size = 0.0;
        for (var m = 0; m < uniforms.M; m++) {
          for (var p = 0; p < uniforms.P; p++) {
            let at = (((n * uniforms.M + m) * uniforms.L + l) * uniforms.P + p) * 2 + axis;
            centre += dloc[at];
            size += dloc[at] * offsets[at];
          }
        }
        result[index] = select(size * 0.5 / f32(uniforms.P), centre, corner < 2);`,
    });
    return [doffsets, dref];
  },

  /** value (B, S, M, d), sizes, loc, weight (B, Q, M, L, P) → y (B, Q, M·d). */
  TableDeformable({ value, sizes, loc, weight }) {
    const [B, , M, d] = value!.shape as [number, number, number, number];
    return runProgram({
      name: "table_deformable",
      inputs: { value: value!, sizes: sizes!, loc: loc!, weight: weight! },
      integers: readIntegers(value!, loc!),
      shape: [B, loc!.shape[1]!, M * d],
      functions: CORNERS,
      body: `
        let c = index % uniforms.d;
        let head = index / uniforms.d;
        let m = head % uniforms.M;
        let b = head / (uniforms.M * uniforms.Q);
        var sum = 0.0;
        var start = b * uniforms.S;
        for (var l = 0; l < uniforms.L; l++) {
          for (var p = 0; p < uniforms.P; p++) {
            let read = (head * uniforms.L + l) * uniforms.P + p;
            let near = corners(read, l);
            for (var k = 0; k < 4; k++) {
              if (near.cell[k] < 0) { continue; }
              let at = ((start + near.cell[k]) * uniforms.M + m) * uniforms.d + c;
              sum += weight[read] * near.share[k] * value[at];
            }
          }
          start += sizes[2 * l] * sizes[2 * l + 1];
        }
        result[index] = sum;`,
    });
  },

  /** → dvalue, dloc, dweight. */
  TableDeformableGrad({ dy, value, sizes, loc, weight }) {
    const integers = readIntegers(value!, loc!);
    const [B, , M, d] = value!.shape as [number, number, number, number];
    const Q = loc!.shape[1]!;
    const dvalue = runProgram({
      name: "table_deformable_grad_value",
      inputs: { dy: dy!, sizes: sizes!, loc: loc!, weight: weight! },
      integers,
      shape: value!.shape,
      threads: B * Q * M * d,
      accumulates: true, // queries read the same cells
      functions: CORNERS,
      body: `
        let c = index % uniforms.d;
        let head = index / uniforms.d;
        let m = head % uniforms.M;
        let b = head / (uniforms.M * uniforms.Q);
        var start = b * uniforms.S;
        for (var l = 0; l < uniforms.L; l++) {
          for (var p = 0; p < uniforms.P; p++) {
            let read = (head * uniforms.L + l) * uniforms.P + p;
            let near = corners(read, l);
            for (var k = 0; k < 4; k++) {
              let term = dy[index] * weight[read] * near.share[k];
              if (near.cell[k] < 0 || term == 0.0) { continue; }
              add(((start + near.cell[k]) * uniforms.M + m) * uniforms.d + c, term);
            }
          }
          start += sizes[2 * l] * sizes[2 * l + 1];
        }`,
    });
    const reads = weight!.shape.reduce((product, size) => product * size, 1);
    const dloc = runProgram({
      name: "table_deformable_grad_loc",
      inputs: { dy: dy!, value: value!, sizes: sizes!, loc: loc!, weight: weight! },
      integers,
      shape: loc!.shape,
      threads: reads,
      functions: CORNERS + DOTS,
      body: `${READ}
        let near = corners(index, l);
        let dots = reads(near, head, m, start);
        let fx = near.fraction.x;
        let fr = near.fraction.y;
        let dx = (1.0 - fr) * (dots[1] - dots[0]) + fr * (dots[3] - dots[2]);
        let dr = (1.0 - fx) * (dots[2] - dots[0]) + fx * (dots[3] - dots[1]);
        result[2 * index] = weight[index] * dx * f32(sizes[2 * l + 1]);
        result[2 * index + 1] = weight[index] * dr * f32(sizes[2 * l]);`,
    });
    const dweight = runProgram({
      name: "table_deformable_grad_weight",
      inputs: { dy: dy!, value: value!, sizes: sizes!, loc: loc! },
      integers,
      shape: weight!.shape,
      functions: CORNERS + DOTS,
      body: `${READ}
        let near = corners(index, l);
        result[index] = dot(reads(near, head, m, start), near.share);`,
    });
    return [dvalue, dloc, dweight];
  },
};

function locationIntegers(offsets: TensorInfo, ref: TensorInfo): Record<string, number> {
  const [, , M, L, P] = offsets.shape as LocationShape;
  return { M, L, P, corners: ref.shape[3]! };
}

function readIntegers(value: TensorInfo, loc: TensorInfo): Record<string, number> {
  const [, S, M, d] = value.shape as [number, number, number, number];
  const [, Q, , L, P] = loc.shape as LocationShape;
  return { S, Q, M, d, L, P };
}

/** For element `index` of the offsets: its axis (0 is x), its level and the start of its reference. */
const PLACE = `
  let axis = index & 1;
  let l = (index / (2 * uniforms.P)) % uniforms.L;
  let n = index / (2 * uniforms.P * uniforms.L * uniforms.M);
  let at = (n * uniforms.L + l) * uniforms.corners;`;

/** The length of an offset of 1 in fractions of the map: a cell, or a P-th of half the reference box. */
const STEP = `
  fn step(at: i32, l: i32, axis: i32) -> f32 {
    if (uniforms.corners == 4) { return points[at + 2 + axis] * 0.5 / f32(uniforms.P); }
    return 1.0 / f32(sizes[2 * l + 1 - axis]);
  }`;

/**
 * For read `index` of (B, Q, M, L, P): its level, its head as an index of (B, Q, M) and of M, the first
 * token of its level.
 */
const READ = `
  let l = (index / uniforms.P) % uniforms.L;
  let head = index / (uniforms.P * uniforms.L);
  let m = head % uniforms.M;
  var start = (head / (uniforms.M * uniforms.Q)) * uniforms.S;
  for (var before = 0; before < l; before++) { start += sizes[2 * before] * sizes[2 * before + 1]; }`;

/**
 * The cells around a place, (up, left), (up, right), (down, left), (down, right), and their bilinear
 * weights.
 */
const CORNERS = `
  struct Corners {
    cell: vec4<i32>, // in the level, row-major; -1: outside
    share: vec4<f32>,
    fraction: vec2<f32>, // of the way to the right and down
  }
  fn corners(read: i32, l: i32) -> Corners {
    let rows = sizes[2 * l];
    let columns = sizes[2 * l + 1];
    // Kept near the map: a place far off must not overflow an integer.
    let x = clamp(loc[2 * read] * f32(columns) - 0.5, -2.0, f32(columns) + 1.0);
    let y = clamp(loc[2 * read + 1] * f32(rows) - 0.5, -2.0, f32(rows) + 1.0);
    let j = i32(floor(x));
    let i = i32(floor(y));
    let fx = x - floor(x);
    let fr = y - floor(y);
    let up = i >= 0 && i < rows;
    let down = i + 1 >= 0 && i + 1 < rows;
    let left = j >= 0 && j < columns;
    let right = j + 1 >= 0 && j + 1 < columns;
    let first = i * columns + j;
    var near: Corners;
    near.cell = vec4<i32>(
      select(-1, first, up && left),
      select(-1, first + 1, up && right),
      select(-1, first + columns, down && left),
      select(-1, first + columns + 1, down && right));
    near.share = vec4<f32>((1.0 - fr) * (1.0 - fx), (1.0 - fr) * fx, fr * (1.0 - fx), fr * fx);
    near.fraction = vec2<f32>(fx, fr);
    return near;
  }`;

/** dy · value over the channels at each corner. */
const DOTS = `
  fn reads(near: Corners, head: i32, m: i32, start: i32) -> vec4<f32> {
    var dots = vec4<f32>(0.0);
    for (var k = 0; k < 4; k++) {
      if (near.cell[k] < 0) { continue; }
      let at = ((start + near.cell[k]) * uniforms.M + m) * uniforms.d;
      for (var c = 0; c < uniforms.d; c++) { dots[k] += dy[head * uniforms.d + c] * value[at + c]; }
    }
    return dots;
  }`;
