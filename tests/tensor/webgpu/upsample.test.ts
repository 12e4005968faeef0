/** Tests upsampling on webgpu. */

import { beforeAll, describe, expect, test } from "bun:test";
import * as tf from "@tensorflow/tfjs-core";
import { openDevice } from "../../../core/tensor/device.ts";
import { upsample } from "../../../core/tensor/upsample.ts";
import { relativeError, toTensor, valueAndGradients } from "../../support/golden.ts";
import { hasVulkan } from "../../support/software-gpu.ts";
import { UPSAMPLINGS, upsampled } from "../../support/upsampled.ts";

describe.skipIf(!hasVulkan)("webgpu", () => {
  beforeAll(async () => void (await openDevice("webgpu")));

  for (const example of UPSAMPLINGS) {
    const { x, rows, columns, cotangent } = example;
    test(`upsample() of [${x.shape}] to ${rows} x ${columns} has the defined values, slopes to 1e-6`, async () => {
      const want = upsampled(example);
      const [value, slopes] = tf.tidy(() => {
        const inputs = { x: toTensor(x) };
        const result = valueAndGradients(inputs, (y) => upsample(y.x!, rows, columns), cotangent);
        return [result.value, result.grads.x!] as const;
      }) as [tf.Tensor, tf.Tensor];
      expect(value.shape).toEqual(cotangent.shape);
      expect([...(await value.data())]).toEqual(want.value);
      expect(relativeError((await slopes.data()) as Float32Array, want.gradient)).toBeLessThan(1e-6);
      tf.dispose([value, slopes]);
    });
  }
});
