/** The reference's numbers, from `tests/golden` or the folder that GOLDEN_DIR names. */

import { expect } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";

export const GOLDEN_DIR = process.env.GOLDEN_DIR ?? join(import.meta.dir, "..", "golden");

export interface GoldenTensor {
  shape: number[];
  data: number[];
}

export interface GoldenCase {
  attrs: Record<string, unknown>;
  inputs: Record<string, GoldenTensor>;
  output: GoldenTensor;
  cotangent: GoldenTensor;
  grads: Record<string, GoldenTensor>;
}

/** One of ops.json, optim.json, matching.json, tiny_model.json, parsed. */
export function readGolden<T>(name: string): T {
  return JSON.parse(readFileSync(join(GOLDEN_DIR, `${name}.json`), "utf8")) as T;
}

export function toTensor({ shape, data }: GoldenTensor): tf.Tensor {
  return tf.tensor(data, shape, "float32");
}

/** max |a − b| / max |b|. */
export function relativeError(got: ArrayLike<number>, want: ArrayLike<number>): number {
  expect(got.length).toBe(want.length);
  let difference = 0;
  let size = 0;
  for (let i = 0; i < want.length; i++) {
    const error = Math.abs(got[i]! - want[i]!);
    if (!(error <= difference)) difference = error; // NaN shows
    size = Math.max(size, Math.abs(want[i]!));
  }
  return size === 0 ? difference : difference / size;
}

/** Fails unless the tensor has the golden's numbers, in order, up to `tolerance` relative to the largest. */
export function expectClose(got: tf.Tensor | ArrayLike<number>, want: GoldenTensor, tolerance: number): void {
  const values = got instanceof tf.Tensor ? got.dataSync() : got;
  expect(relativeError(values, want.data)).toBeLessThan(tolerance);
}

/** Output and gradients of Σ output · cotangent for tensors made from a case's inputs. */
export function valueAndGradients(
  inputs: Record<string, tf.Tensor>,
  run: (inputs: Record<string, tf.Tensor>) => tf.Tensor,
  cotangent: GoldenTensor,
): { value: tf.Tensor; grads: Record<string, tf.Tensor> } {
  const names = Object.keys(inputs);
  const { value, grads } = tf.valueAndGrads((...args: tf.Tensor[]) =>
    run(Object.fromEntries(names.map((name, i) => [name, args[i]!]))),
  )(
    names.map((name) => inputs[name]!),
    toTensor(cotangent),
  );
  return { value, grads: Object.fromEntries(names.map((name, i) => [name, grads[i]!])) };
}
