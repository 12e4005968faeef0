/** Compares operations on the CPU devices with values from PyTorch. */

import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import * as tf from "@tensorflow/tfjs-core";
import { sinePosition } from "../../core/model/position.ts";
import { msDeformAttn } from "../../core/tensor/deformable-attention.ts";
import { openDevice } from "../../core/tensor/device.ts";
import { FUSED_DEVICES, isMissing } from "../support/devices.ts";
import { expectClose, type GoldenCase, readGolden, toTensor, valueAndGradients } from "../support/golden.ts";
import { goldenOps } from "../support/golden-ops.ts";

// A busy machine is slow, not wrong.
setDefaultTimeout(60_000);

const ops = readGolden<Record<string, GoldenCase>>("ops");
const TOLERANCE = 1e-5;

for (const device of ["js", ...FUSED_DEVICES] as const) {
  describe.skipIf(isMissing(device))(device, () => {
    beforeAll(async () => void (await openDevice(device)));

    for (const [name, run] of Object.entries(goldenOps)) {
      test(`${name} has the reference's output and gradients to 1e-5`, () => {
        const golden = ops[name]!;
        const names = Object.keys(golden.grads);
        tf.tidy(() => {
          const inputs = Object.fromEntries(names.map((key) => [key, toTensor(golden.inputs[key]!)]));
          const { value, grads } = valueAndGradients(inputs, (x) => run(x, golden), golden.cotangent);
          expect(value.shape).toEqual(golden.output.shape);
          expectClose(value, golden.output, TOLERANCE);
          for (const key of names) expectClose(grads[key]!, golden.grads[key]!, TOLERANCE);
        });
      });
    }

    test("every operation keeps only its result alive", () => {
      for (const [name, run] of Object.entries(goldenOps)) {
        const golden = ops[name]!;
        const inputs = Object.fromEntries(
          Object.keys(golden.grads).map((key) => [key, toTensor(golden.inputs[key]!)]),
        );
        const before = tf.memory().numTensors;
        tf.tidy(() => run(inputs, golden)).dispose();
        expect(tf.memory().numTensors).toBe(before);
        tf.dispose(inputs);
      }
    });
  });
}

test("sinePosition() has the reference's code to 1e-5, invalid cells included", () => {
  const { inputs, attrs, output } = ops.sine_position!;
  const [B, h, w] = inputs.mask!.shape as [number, number, number];
  expectClose(sinePosition(inputs.mask!.data, B, h, w, attrs.dim as number), output, TOLERANCE);
});

test("msDeformAttn() reads half-way between two centres as their mean", () => {
  const value = tf.tensor4d([10, 20], [1, 2, 1, 1]);
  const loc = tf.tensor([0.5, 0.5], [1, 1, 1, 1, 1, 2]);
  const read = msDeformAttn(value, [[1, 2]], loc, tf.ones([1, 1, 1, 1, 1]));
  expect([...read.dataSync()]).toEqual([15]);
  tf.dispose([value, loc, read]);
});

test("msDeformAttn() refuses levels that do not cover the tokens", () => {
  const loc = tf.zeros([1, 1, 1, 1, 1, 2]);
  expect(() => msDeformAttn(tf.zeros([1, 3, 1, 1]), [[1, 2]], loc, tf.ones([1, 1, 1, 1, 1]))).toThrow(
    RangeError,
  );
});

afterAll(() => tf.disposeVariables());
