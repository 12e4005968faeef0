/** Tests the network with packed weights, as predictions run it, against the exact one. */

import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import * as tf from "@tensorflow/tfjs-core";
import { randomStream } from "../../core/base/random.ts";
import { type Batch, makeBatch } from "../../core/model/batch.ts";
import { convNextBlock, type MapSize } from "../../core/model/convnext-block.ts";
import { createParameters } from "../../core/model/parameters.ts";
import { TrainedDetector } from "../../core/model/trained-detector.ts";
import { Weights } from "../../core/model/weights.ts";
import { openDevice } from "../../core/tensor/device.ts";
import { PackedWeights } from "../../core/tensor/packed-weights.ts";
import { golden } from "../support/dense-model.ts";
import { FUSED_DEVICES, isMissing } from "../support/devices.ts";
import { relativeError } from "../support/golden.ts";
import { openedDetector } from "../support/opened-detector.ts";

// A busy machine is slow, not wrong.
setDefaultTimeout(60_000);

/** The relative error of one layer: on `wasm` weights have 16 bits, on `native` they stay as they are. */
const TOLERANCE = { wasm: 1e-3, native: 1e-5 } as const;
const CHANNELS = 8;
const WIDE = 32;

function made(name: string, shape: number[]): tf.Tensor {
  const random = randomStream(5, name);
  const size = shape.reduce((product, length) => product * length, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, () => 2 * random.uniform() - 1),
    shape,
  );
}

/** A block on two maps; `responds`: with GRN. */
function block(
  size: MapSize,
  responds: boolean,
  masked: boolean,
  packed: PackedWeights | null,
): Float32Array {
  const tokens = size[0] * size[1] * size[2];
  const shapes: Record<string, number[]> = {
    "dwconv.weight": [CHANNELS, 1, 3, 3],
    "dwconv.bias": [CHANNELS],
    "norm.weight": [CHANNELS],
    "norm.bias": [CHANNELS],
    "pwconv1.weight": [WIDE, CHANNELS],
    "pwconv1.bias": [WIDE],
    ...(responds ? { "grn.gamma": [WIDE], "grn.beta": [WIDE] } : {}),
    "pwconv2.weight": [CHANNELS, WIDE],
    "pwconv2.bias": [CHANNELS],
  };
  const before = tf.memory().numTensors;
  const values = tf.tidy(() => {
    const tensors = new Map(Object.entries(shapes).map(([name, shape]) => [name, made(name, shape)]));
    const mask = Float32Array.from({ length: tokens }, (_, i) => (i % 3 === 2 ? 0 : 1));
    const valid = masked ? tf.tensor(mask, [tokens, 1]) : null;
    const x = valid === null ? made("x", [tokens, CHANNELS]) : tf.mul(made("x", [tokens, CHANNELS]), valid);
    const y = convNextBlock(new Weights(tensors, packed), x, size, valid);
    expect(y.shape).toEqual([tokens, CHANNELS]);
    return y.dataSync().slice() as Float32Array as never;
  }) as Float32Array;
  packed?.dispose();
  expect(tf.memory().numTensors).toBe(before);
  return values;
}

for (const device of FUSED_DEVICES as readonly ("wasm" | "native")[]) {
  describe.skipIf(isMissing(device))(device, () => {
    beforeAll(async () => void (await openDevice(device)));

    // Maps that are wider than a chunk of rows, and that end within a chunk and a tile.
    for (const size of [
      [2, 1, 1],
      [2, 9, 5],
      [1, 3, 200],
      [2, 41, 10],
    ] as const satisfies MapSize[]) {
      for (const [responds, masked] of [
        [true, false],
        [true, true],
        [false, false],
      ] as const) {
        const kind = `${responds ? "with" : "without"} GRN${masked ? " and padding" : ""}`;
        test(`a block on [${size}] ${kind} is that of its single operations`, () => {
          const want = block(size, responds, masked, null);
          const got = block(size, responds, masked, PackedWeights.create());
          expect(relativeError(got, want)).toBeLessThan(TOLERANCE[device]);
        });
      }
    }
  });
}

describe("a detector on wasm", () => {
  /** The goldens' network is too narrow for packed layers. */
  const config = {
    ...golden.config,
    base_width: 8,
    hidden_dim: 32,
    num_heads: 4,
    dense_head: { ...golden.config.dense_head!, widths: [8, 16] },
  };
  config.dense_head.depths = [1, 1];
  config.dense_head.up_depths = [1];
  const batchOfOne = (): Batch => {
    const random = randomStream(6, "cells");
    return makeBatch([[11, 7]], config, (_, cells) => {
      for (let i = 0; i < cells.length; i++) cells[i] = random.chance(0.3) ? 1 : 0;
    });
  };
  const parameters = createParameters(config, 3);
  const detector = openedDetector("wasm", TrainedDetector, config, parameters);

  test("finds nearly the same with packed weights, and exactly the same as before without them", () => {
    const batch = batchOfOne();
    const exact = detector().detect(batch);
    const packed = detector().detect(batch, { packed: true });
    expect(packed.dense!.logits).not.toEqual(exact.dense!.logits);
    expect(relativeError(packed.dense!.logits, exact.dense!.logits)).toBeLessThan(3e-3);
    expect(detector().detect(batch)).toEqual(exact);
    tf.dispose(batch as never);
  });

  test("packs new weights after setParameters()", () => {
    const batch = batchOfOne();
    const before = detector().detect(batch, { packed: true });
    const others = createParameters(config, 4);
    detector().setParameters(others.flat);
    const [packed, exact] = [detector().detect(batch, { packed: true }), detector().detect(batch)];
    expect(relativeError(packed.dense!.logits, exact.dense!.logits)).toBeLessThan(3e-3);
    expect(relativeError(packed.dense!.logits, before.dense!.logits)).toBeGreaterThan(0.1);
    tf.dispose(batch as never);
  });

  test("frees packed weights with its own", () => {
    const before = tf.memory().numTensors;
    const own = new TrainedDetector(config);
    own.setParameters(parameters.flat);
    const batch = batchOfOne();
    own.detect(batch, { packed: true });
    own.dispose();
    tf.dispose(batch as never);
    expect(tf.memory().numTensors).toBe(before);
  });
});
