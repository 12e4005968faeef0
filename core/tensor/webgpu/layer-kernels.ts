/** The WGSL kernels of normalisations and activations, each of which would be dozens of small operations. */

import { backend, type TensorInfo } from "@tensorflow/tfjs-core";
import { columnSums } from "./column-sums.ts";
import { runProgram } from "./kernel-runner.ts";
import type { WebGpuKernel } from "./webgpu-kernel.ts";

export const layerKernels: Record<string, WebGpuKernel> = {
  /** x (T, N), gamma (N), beta (N) → y (T, N) and stats (T, 2): mean and 1 / standard deviation. */
  TableLayerNorm({ x, gamma, beta }, { eps }) {
    const [T, N] = x!.shape as [number, number];
    const stats = runProgram({
      name: "table_layer_norm_stats",
      inputs: { x: x! },
      integers: { N },
      floats: { eps: eps as number },
      shape: [T, 2],
      threads: T,
      body: `
        let first = index * uniforms.N;
        var sum = 0.0;
        for (var i = 0; i < uniforms.N; i++) { sum += x[first + i]; }
        let mean = sum / f32(uniforms.N);
        var squares = 0.0;
        for (var i = 0; i < uniforms.N; i++) {
          let centred = x[first + i] - mean;
          squares += centred * centred;
        }
        result[2 * index] = mean;
        result[2 * index + 1] = inverseSqrt(squares / f32(uniforms.N) + uniforms.eps);`,
    });
    const y = runProgram({
      name: "table_layer_norm",
      inputs: { x: x!, stats, gamma: gamma!, beta: beta! },
      integers: { N },
      shape: x!.shape,
      body: `
        let row = index / uniforms.N;
        let column = index % uniforms.N;
        result[index] = (x[index] - stats[2 * row]) * stats[2 * row + 1] * gamma[column] + beta[column];`,
    });
    return [y, stats];
  },

  /** → dx, dgamma, dbeta. */
  TableLayerNormGrad({ dy, x, stats, gamma }) {
    const [T, N] = x!.shape as [number, number];
    const means = runProgram({
      name: "table_layer_norm_grad_means",
      inputs: { dy: dy!, x: x!, stats: stats!, gamma: gamma! },
      integers: { N },
      shape: [T, 2],
      threads: T,
      body: `
        let first = index * uniforms.N;
        var plain = 0.0;
        var along = 0.0;
        for (var i = 0; i < uniforms.N; i++) {
          let slope = dy[first + i] * gamma[i];
          plain += slope;
          along += slope * (x[first + i] - stats[2 * index]) * stats[2 * index + 1];
        }
        result[2 * index] = plain / f32(uniforms.N);
        result[2 * index + 1] = along / f32(uniforms.N);`,
    });
    const dx = runProgram({
      name: "table_layer_norm_grad",
      inputs: { dy: dy!, x: x!, stats: stats!, gamma: gamma!, means },
      integers: { N },
      shape: x!.shape,
      body: `
        let row = index / uniforms.N;
        let scale = stats[2 * row + 1];
        let normal = (x[index] - stats[2 * row]) * scale;
        let slope = dy[index] * gamma[index % uniforms.N];
        result[index] = scale * (slope - means[2 * row] - normal * means[2 * row + 1]);`,
    });
    backend().disposeData(means.dataId);
    const dgamma = columnSums({
      name: "table_layer_norm_grad_gamma",
      inputs: { dy: dy!, x: x!, stats: stats! },
      term: "dy[at] * (x[at] - stats[2 * row]) * stats[2 * row + 1]",
      rows: T,
      columns: N,
    });
    return [dx, vector(dgamma), vector(sumOfRows(dy!))];
  },

  /** x Φ(x). */
  TableGelu({ x }) {
    return runProgram({
      name: "table_gelu",
      inputs: { x: x! },
      shape: x!.shape,
      functions: NORMAL,
      body: "result[index] = x[index] * cumulative(x[index]);",
    });
  },

  TableGeluGrad({ dy, x }) {
    return runProgram({
      name: "table_gelu_grad",
      inputs: { dy: dy!, x: x! },
      shape: x!.shape,
      functions: NORMAL,
      body: `
        let density = exp(-0.5 * x[index] * x[index]) * ${1 / Math.sqrt(2 * Math.PI)};
        result[index] = dy[index] * (cumulative(x[index]) + x[index] * density);`,
    });
  },

  /** x (B·P, C), gamma (C), beta (C), valid (B·P)? → y (B·P, C), norms (B, C). */
  TableGrn({ x, gamma, beta, valid }, { sheets }) {
    const [T, C] = x!.shape as [number, number];
    const B = sheets as number;
    const squares = columnSums({
      name: valid ? "table_grn_squares_valid" : "table_grn_squares",
      inputs: { x: x!, ...(valid ? { valid } : {}) },
      term: valid ? "x[at] * x[at] * valid[row]" : "x[at] * x[at]",
      groups: B,
      rows: T / B,
      columns: C,
    });
    const norms = runProgram({
      name: "table_grn_norms",
      inputs: { squares },
      shape: [B, C],
      body: "result[index] = sqrt(squares[index] + 1e-6);",
    });
    backend().disposeData(squares.dataId);
    const relative = runProgram({
      name: "table_grn_relative",
      inputs: { norms },
      integers: { C },
      shape: [B, C],
      functions: MEAN_NORM,
      body: "result[index] = norms[index] / meanNorm(index / uniforms.C);",
    });
    const y = runProgram({
      name: "table_grn",
      inputs: { x: x!, relative, gamma: gamma!, beta: beta! },
      integers: { C, places: T / B },
      shape: x!.shape,
      body: `
        let c = index % uniforms.C;
        let sheet = index / (uniforms.C * uniforms.places);
        result[index] = x[index] * (gamma[c] * relative[sheet * uniforms.C + c] + 1.0) + beta[c];`,
    });
    backend().disposeData(relative.dataId);
    return [y, norms];
  },

  /** → dx, dgamma, dbeta. */
  TableGrnGrad({ dy, x, gamma, norms, valid }) {
    const [T, C] = x!.shape as [number, number];
    const B = norms!.shape[0]!;
    const along = columnSums({
      name: "table_grn_grad_along",
      inputs: { dy: dy!, x: x! },
      term: "dy[at] * x[at]",
      groups: B,
      rows: T / B,
      columns: C,
    });
    // For each sheet and channel: g / (mean + eps), and the part of the gradient that comes through the
    // norm.
    const factors = runProgram({
      name: "table_grn_grad_factors",
      inputs: { along, norms: norms!, gamma: gamma! },
      integers: { C },
      shape: [B, C, 2],
      threads: B * C,
      functions: MEAN_NORM,
      body: `
        let first = (index / uniforms.C) * uniforms.C;
        let mean = meanNorm(index / uniforms.C);
        var total = 0.0;
        for (var i = 0; i < uniforms.C; i++) { total += along[first + i] * gamma[i] * norms[first + i]; }
        let own = along[index] * gamma[index - first];
        let slope = (own - total / (mean * f32(uniforms.C))) / mean;
        result[2 * index] = norms[index] / mean;
        result[2 * index + 1] = slope / norms[index];`,
    });
    const dgamma = runProgram({
      name: "table_grn_grad_gamma",
      inputs: { along, factors },
      integers: { C, B },
      shape: [C],
      body: `
        var sum = 0.0;
        for (var b = 0; b < uniforms.B; b++) {
          sum += along[b * uniforms.C + index] * factors[2 * (b * uniforms.C + index)];
        }
        result[index] = sum;`,
    });
    const dx = runProgram({
      name: valid ? "table_grn_grad_valid" : "table_grn_grad",
      inputs: { dy: dy!, x: x!, gamma: gamma!, factors, ...(valid ? { valid } : {}) },
      integers: { C, places: T / B },
      shape: x!.shape,
      body: `
        let c = index % uniforms.C;
        let row = index / uniforms.C;
        let at = 2 * ((row / uniforms.places) * uniforms.C + c);
        let counted = ${valid ? "valid[row]" : "1.0"};
        result[index] = dy[index] * (gamma[c] * factors[at] + 1.0) + factors[at + 1] * counted * x[index];`,
    });
    for (const { dataId } of [along, factors]) backend().disposeData(dataId);
    return [dx, dgamma, vector(sumOfRows(dy!))];
  },

  /** Softmax over the last axis, which is short: one thread per group. */
  TableSoftmax({ x }) {
    const N = x!.shape.at(-1)!;
    return runProgram({
      name: "table_softmax",
      inputs: { x: x! },
      integers: { N },
      shape: x!.shape,
      threads: size(x!) / N,
      body: `
        let first = index * uniforms.N;
        var largest = x[first];
        for (var i = 1; i < uniforms.N; i++) { largest = max(largest, x[first + i]); }
        var sum = 0.0;
        for (var i = 0; i < uniforms.N; i++) { sum += exp(x[first + i] - largest); }
        for (var i = 0; i < uniforms.N; i++) { result[first + i] = exp(x[first + i] - largest) / sum; }`,
    });
  },

  TableSoftmaxGrad({ dy, y }) {
    const N = y!.shape.at(-1)!;
    return runProgram({
      name: "table_softmax_grad",
      inputs: { dy: dy!, y: y! },
      integers: { N },
      shape: y!.shape,
      threads: size(y!) / N,
      body: `
        let first = index * uniforms.N;
        var along = 0.0;
        for (var i = 0; i < uniforms.N; i++) { along += dy[first + i] * y[first + i]; }
        for (var i = 0; i < uniforms.N; i++) { result[first + i] = y[first + i] * (dy[first + i] - along); }`,
    });
  },
};

function sumOfRows(dy: TensorInfo): TensorInfo {
  const [rows, columns] = dy.shape as [number, number];
  return columnSums({ name: "table_sum_of_rows", inputs: { dy }, term: "dy[at]", rows, columns });
}

function vector(row: TensorInfo): TensorInfo {
  return { ...row, shape: [size(row)] };
}

function size({ shape }: TensorInfo): number {
  return shape.reduce((product, length) => product * length, 1);
}

/**
 * Φ, with the approximation of erf by Abramowitz and Stegun, 7.1.26: an absolute error of at most 1.5e-7.
 */
const NORMAL = `
  fn cumulative(x: f32) -> f32 {
    let z = abs(x) * ${Math.SQRT1_2};
    let t = 1.0 / (1.0 + 0.3275911 * z);
    let series = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
    let tail = 0.5 * series * exp(-z * z);
    return select(tail, 1.0 - tail, x >= 0.0);
  }`;

/** The mean norm over the channels of a sheet, + 1e-6. */
const MEAN_NORM = `
  fn meanNorm(sheet: i32) -> f32 {
    var sum = 0.0;
    for (var i = 0; i < uniforms.C; i++) { sum += norms[sheet * uniforms.C + i]; }
    return sum / f32(uniforms.C) + 1e-6;
  }`;
