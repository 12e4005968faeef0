/** Tests nearest-neighbour upsampling and its gradient. */

import { beforeAll, describe, expect, test } from "bun:test";
import * as tf from "@tensorflow/tfjs-core";
import { openDevice } from "../../core/tensor/device.ts";
import { upsample } from "../../core/tensor/upsample.ts";
import { FUSED_DEVICES, isMissing } from "../support/devices.ts";
import { relativeError, toTensor, valueAndGradients } from "../support/golden.ts";
import { UPSAMPLINGS, upsampled } from "../support/upsampled.ts";

for (const device of ["js", ...FUSED_DEVICES] as const) {
  describe.skipIf(isMissing(device))(device, () => {
    beforeAll(async () => void (await openDevice(device)));

    for (const example of UPSAMPLINGS) {
      const { x, rows, columns, cotangent } = example;
      test(`upsample() of [${x.shape}] to ${rows} x ${columns} has the defined values, slopes to 1e-6`, () => {
        const want = upsampled(example);
        const before = tf.memory().numTensors;
        tf.tidy(() => {
          const { value, grads } = valueAndGradients(
            { x: toTensor(x) },
            (inputs) => upsample(inputs.x!, rows, columns),
            cotangent,
          );
          expect(value.shape).toEqual(cotangent.shape);
          expect([...value.dataSync()]).toEqual(want.value);
          expect(relativeError(grads.x!.dataSync(), want.gradient)).toBeLessThan(1e-6);
        });
        expect(tf.memory().numTensors).toBe(before);
      });
    }
  });
}
