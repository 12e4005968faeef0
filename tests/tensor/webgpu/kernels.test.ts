/** Compares the WGSL kernels with the same operations on the plain backend. */

import { describe, expect, test } from "bun:test";
import * as tf from "@tensorflow/tfjs-core";
import { randomStream } from "../../../core/base/random.ts";
import { msDeformAttn, samplingLocations } from "../../../core/tensor/deformable-attention.ts";
import { openDevice } from "../../../core/tensor/device.ts";
import { gelu } from "../../../core/tensor/gelu.ts";
import { grn } from "../../../core/tensor/grn.ts";
import { layerNorm } from "../../../core/tensor/layer-norm.ts";
import { refineBox } from "../../../core/tensor/refine-box.ts";
import { softmax } from "../../../core/tensor/softmax.ts";
import { relativeError } from "../../support/golden.ts";
import { hasVulkan } from "../../support/software-gpu.ts";

const random = randomStream(7, "kernels");

/** Numbers around `centre`, up to `spread` away. */
function numbers(shape: number[], centre = 0, spread = 2): { shape: number[]; data: Float32Array } {
  const size = shape.reduce((product, length) => product * length, 1);
  const data = Float32Array.from({ length: size }, () => centre + spread * (2 * random.uniform() - 1));
  return { shape, data };
}

const ones = (length: number) => Float32Array.from({ length }, (_, i) => (i % 5 === 3 ? 0 : 1));
const LEVELS = [
  [5, 3],
  [2, 4],
] as const;

/** Sizes are odd, and beyond one workgroup and one chunk of rows: where a kernel's edges are. */
const twins: Record<string, [inputs: ReturnType<typeof numbers>[], run: (...x: tf.Tensor[]) => tf.Tensor]> = {
  "layerNorm() of 131 rows": [
    [numbers([131, 7]), numbers([7]), numbers([7])],
    (x, gamma, beta) => layerNorm(x!, gamma!, beta!, 1e-6),
  ],
  "layerNorm() of 3 rows": [
    [numbers([3, 70]), numbers([70]), numbers([70])],
    (x, gamma, beta) => layerNorm(x!, gamma!, beta!, 1e-6),
  ],
  "gelu() from -6 to 6": [[numbers([77], 0, 6)], (x) => gelu(x!)],
  "grn() of three sheets with invalid places": [
    [numbers([3 * 67, 9]), numbers([9]), numbers([9])],
    (x, gamma, beta) => grn(x!, tf.tensor1d(ones(3 * 67)), gamma!, beta!, 3),
  ],
  "grn() of one sheet without padding": [
    [numbers([70, 5]), numbers([5]), numbers([5])],
    (x, gamma, beta) => grn(x!, null, gamma!, beta!, 1),
  ],
  "softmax() of large numbers": [[numbers([11, 13], 40, 30)], (x) => softmax(x!)],
  "refineBox() from centres": [
    [numbers([9, 4]), numbers([9, 2], 0.5, 0.6)],
    (delta, box) => refineBox(delta!, box!),
  ],
  "refineBox() from boxes": [
    [numbers([9, 4]), numbers([9, 4], 0.5, 0.6)],
    (delta, box) => refineBox(delta!, box!),
  ],
  "samplingLocations() around centres": [
    [numbers([2, 3, 5, 2, 3, 2]), numbers([2, 3, 2, 2], 0.5, 0.5)],
    (offsets, ref) => samplingLocations(offsets!, ref!, LEVELS, true),
  ],
  "samplingLocations() inside boxes": [
    [numbers([2, 3, 5, 2, 3, 2]), numbers([2, 3, 2, 4], 0.5, 0.5)],
    (offsets, ref) => samplingLocations(offsets!, ref!, LEVELS, true),
  ],
  "msDeformAttn() with places outside of the maps": [
    [numbers([2, 23, 3, 5]), numbers([2, 7, 3, 2, 3, 2], 0.5, 0.9), numbers([2, 7, 3, 2, 3])],
    (value, loc, weight) => msDeformAttn(value!, LEVELS, loc!, weight!),
  ],
};

/** The value and the gradients of Σ value · (1, 2, 3 …) / size, as the device in use computes them. */
async function evaluate([inputs, run]: (typeof twins)[string]): Promise<Float32Array[]> {
  const tensors = tf.tidy(() => {
    const xs = inputs.map(({ shape, data }) => tf.tensor(data.slice(), shape));
    const shape = tf.tidy(() => run(...xs).shape);
    const size = shape.reduce((product, length) => product * length, 1);
    const dy = tf.tensor(
      Float32Array.from({ length: size }, (_, i) => (i + 1) / size),
      shape,
    );
    const { value, grads } = tf.valueAndGrads(run)(xs, dy);
    return [value, ...grads];
  });
  const values = await Promise.all(tensors.map(async (tensor) => (await tensor.data()) as Float32Array));
  tf.dispose(tensors);
  return values;
}

describe.skipIf(!hasVulkan)("the WGSL kernel of", () => {
  for (const [name, twin] of Object.entries(twins)) {
    test(`${name} has the value and gradients of its plain twin to 2e-5, and keeps no tensor`, async () => {
      await openDevice("js");
      const want = await evaluate(twin);
      await openDevice("webgpu");
      const before = tf.memory().numTensors;
      const got = await evaluate(twin);
      expect(tf.memory().numTensors).toBe(before);
      expect(got.length).toBe(want.length);
      got.forEach((values, i) => {
        expect(relativeError(values, want[i]!)).toBeLessThan(2e-5);
      });
    });
  }
});
