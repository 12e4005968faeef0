/** Compares operations on webgpu with values from PyTorch. */

import { beforeAll, describe, expect, test } from "bun:test";
import * as tf from "@tensorflow/tfjs-core";
import { openDevice } from "../../../core/tensor/device.ts";
import {
  expectClose,
  type GoldenCase,
  readGolden,
  toTensor,
  valueAndGradients,
} from "../../support/golden.ts";
import { goldenOps } from "../../support/golden-ops.ts";
import { hasVulkan } from "../../support/software-gpu.ts";

const ops = readGolden<Record<string, GoldenCase>>("ops");
const TOLERANCE = 1e-5;

describe.skipIf(!hasVulkan)("webgpu", () => {
  beforeAll(async () => void (await openDevice("webgpu")));

  for (const [name, run] of Object.entries(goldenOps)) {
    test(`${name} has the reference's output and gradients to 1e-5 on webgpu, and leaves no tensor behind`, async () => {
      const golden = ops[name]!;
      const names = Object.keys(golden.grads);
      const before = tf.memory().numTensors;
      const { value, grads } = tf.tidy(() => {
        const inputs = Object.fromEntries(names.map((key) => [key, toTensor(golden.inputs[key]!)]));
        return valueAndGradients(inputs, (x) => run(x, golden), golden.cotangent);
      });
      expect(value.shape).toEqual(golden.output.shape);
      expectClose((await value.data()) as Float32Array, golden.output, TOLERANCE);
      for (const key of names) {
        expectClose((await grads[key]!.data()) as Float32Array, golden.grads[key]!, TOLERANCE);
      }
      tf.dispose([value, ...Object.values(grads)]);
      expect(tf.memory().numTensors).toBe(before);
    });
  }
});
