/** Tests the layers with packed weights, which predictions are computed with, against the exact layers. */

import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import * as tf from "@tensorflow/tfjs-core";
import { randomStream } from "../../core/base/random.ts";
import { convolution } from "../../core/tensor/convolution.ts";
import { openDevice } from "../../core/tensor/device.ts";
import { linear } from "../../core/tensor/linear.ts";
import { PackedWeights } from "../../core/tensor/packed-weights.ts";
import { relativeError } from "../support/golden.ts";

// A busy machine is slow, not wrong.
setDefaultTimeout(60_000);

function made(name: string, shape: number[]): tf.Tensor {
  const random = randomStream(4, name);
  const size = shape.reduce((product, length) => product * length, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, () => 2 * random.uniform() - 1),
    shape,
  );
}

/** The result of a layer with packed weights, and that without. */
function both(
  w: tf.Tensor,
  layer: (packed: tf.Tensor | null) => tf.Tensor,
): { got: Float32Array; want: Float32Array } {
  const weights = PackedWeights.create()!;
  try {
    const packed = weights.of(w);
    expect(packed).not.toBeNull();
    const values = (tensor: tf.Tensor) => tensor.dataSync().slice() as Float32Array;
    return tf.tidy(() => ({ got: values(layer(packed)), want: values(layer(null)) }));
  } finally {
    weights.dispose();
  }
}

describe("wasm", () => {
  beforeAll(async () => void (await openDevice("wasm")));

  test("PackedWeights.of() refuses while a gradient is recorded", () => {
    tf.tidy(() => {
      const packed = (w: tf.Tensor) => PackedWeights.create()!.of(w)!;
      expect(() => tf.grad(packed)(tf.ones([8, 1]))).toThrow("Packed weights have no gradient");
    });
  });

  // Rows on both sides of a tile of 6 and a chunk of 192, inputs on both sides of a vector of 8.
  for (const [T, I, O] of [
    [1, 1, 8],
    [5, 33, 8],
    [6, 40, 16],
    [191, 7, 24],
    [200, 387, 32],
    [64, 1280, 24],
  ] as const) {
    test(`linear() of ${T} rows, ${I} inputs, ${O} outputs is exact to 5e-4`, () => {
      tf.tidy(() => {
        const [x, w, b] = [made("x", [T, I]), made("w", [O, I]), made("b", [O])];
        const { got, want } = both(w, (packed) => linear(x, w, b, { packed }));
        expect(relativeError(got, want)).toBeLessThan(5e-4);
        expect(got).not.toEqual(want);
      });
    });
  }

  test("linear() with a ReLU has no value below 0, and one with a residual adds it", () => {
    tf.tidy(() => {
      const [x, w, b, residual] = [made("x", [9, 12]), made("w", [8, 12]), made("b", [8]), made("r", [9, 8])];
      const relu = both(w, (packed) => linear(x, w, b, { packed, relu: true }));
      expect(Math.min(...relu.got)).toBe(0);
      expect(relativeError(relu.got, relu.want)).toBeLessThan(5e-4);
      const added = both(w, (packed) => linear(x, w, b, { packed, residual }));
      expect(relativeError(added.got, added.want)).toBeLessThan(5e-4);
    });
  });

  test("the largest sums that there can be do not overflow, and rows of zeros give the bias", () => {
    tf.tidy(() => {
      const I = 1024;
      // Rows along the weights: every product has the same sign, and the sum reaches the bound of the norms.
      for (const values of [
        new Float32Array(I).fill(3),
        Float32Array.from({ length: I }, (_, i) => i ** 4),
      ]) {
        const w = tf.tile(tf.tensor(values, [1, I]), [8, 1]);
        const x = tf.concat([tf.tensor(values, [1, I]), tf.neg(tf.tensor(values, [1, I])), tf.zeros([1, I])]);
        const b = tf.fill([8], 0.25);
        const { got, want } = both(w, (packed) => linear(x, w, b, { packed }));
        for (const [i, value] of want.entries()) {
          expect(Math.abs(got[i]! - value)).toBeLessThanOrEqual(5e-4 * Math.abs(value));
        }
        expect([...got.subarray(16)]).toEqual(new Array(8).fill(0.25));
      }
    });
  });

  test("weights of zeros give the bias", () => {
    tf.tidy(() => {
      const w = tf.zeros([8, 5]);
      const { got } = both(w, (packed) => linear(made("x", [3, 5]), w, tf.fill([8], 2), { packed }));
      expect([...got]).toEqual(new Array(24).fill(2));
    });
  });

  // Padded and not, with maps smaller than the kernel, and more places than a chunk.
  for (const [shape, K, stride, padding] of [
    [[2, 5, 4, 3], 3, 2, 1],
    [[1, 17, 13, 5], 3, 1, 1],
    [[1, 1, 1, 4], 3, 1, 1],
    [[2, 1, 9, 6], 3, 2, 1],
    [[2, 8, 12, 7], 4, 4, 0],
  ] as const) {
    test(`convolution() ${K}x${K} of [${shape}], stride ${stride}, padding ${padding} is exact to 5e-4`, () => {
      tf.tidy(() => {
        const [x, w, b] = [made("x", [...shape]), made("w", [8, shape[3], K, K]), made("b", [8])];
        const { got, want } = both(w, (packed) => convolution(x, w, b, { stride, padding, packed }));
        expect(relativeError(got, want)).toBeLessThan(5e-4);
      });
    });
  }

  test("weights are packed once, layers of other widths are not, and dispose() frees all", () => {
    const before = tf.memory().numTensors;
    const weights = PackedWeights.create()!;
    const [wide, narrow] = [tf.ones([16, 3]), tf.ones([5, 3])];
    const packed = weights.of(wide);
    expect(weights.of(wide)).toBe(packed);
    expect(weights.of(narrow)).toBeNull();
    expect(tf.memory().numTensors).toBe(before + 3);
    weights.dispose();
    tf.dispose([wide, narrow]);
    expect(tf.memory().numTensors).toBe(before);
  });
});

test("js has no layers of its own for prediction", async () => {
  await openDevice("js");
  expect(PackedWeights.create()).toBeNull();
});
