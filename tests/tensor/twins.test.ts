/** Compares every kernel with a composition of plain operations and with finite differences. */

import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import * as tf from "@tensorflow/tfjs-core";
import { randomStream } from "../../core/base/random.ts";
import { addRows } from "../../core/tensor/add-rows.ts";
import { convolution } from "../../core/tensor/convolution.ts";
import { type LevelSize, msDeformAttn, samplingLocations } from "../../core/tensor/deformable-attention.ts";
import { depthwiseConv } from "../../core/tensor/depthwise-conv.ts";
import { openDevice } from "../../core/tensor/device.ts";
import { type Dropout, dropoutAdd, dropoutMask } from "../../core/tensor/dropout.ts";
import { gelu } from "../../core/tensor/gelu.ts";
import { grn } from "../../core/tensor/grn.ts";
import { layerNorm } from "../../core/tensor/layer-norm.ts";
import { linear } from "../../core/tensor/linear.ts";
import { refineBox } from "../../core/tensor/refine-box.ts";
import { selfAttention } from "../../core/tensor/self-attention.ts";
import { softmax } from "../../core/tensor/softmax.ts";
import { FUSED_DEVICES, isMissing } from "../support/devices.ts";
import { relativeError } from "../support/golden.ts";

// A busy machine is slow, not wrong.
setDefaultTimeout(60_000);

/** One operation on made-up inputs: odd sizes, so that every kernel's left-over loops run too. */
interface Twin {
  readonly shapes: Record<string, number[]>;
  readonly run: (x: Record<string, tf.Tensor>) => tf.Tensor;
  /** Inputs are uniform in −1 … 1 unless said otherwise. */
  readonly scale?: number;
  readonly shift?: number;
}

const dropout: Dropout = { rate: 0.3, state: randomStream(1, "mask").state };
const levels: LevelSize[] = [
  [5, 3],
  [3, 2],
  [2, 1],
  [1, 1],
];
const attention = { q: [6, 10], v: [6, 10], w: [30, 10], b: [30], ow: [10, 10], ob: [10] };
const attend =
  (options: { sheets: number; dropout: Dropout | null }) =>
  ({ q, v, w, b, ow, ob }: Record<string, tf.Tensor>) =>
    selfAttention(
      q!,
      v!,
      { inWeight: w!, inBias: b!, outWeight: ow!, outBias: ob! },
      { heads: 2, ...options },
    );
const convolve =
  (stride: number, padding: number) =>
  ({ x, w, b }: Record<string, tf.Tensor>) =>
    convolution(x!, w!, b!, { stride, padding });

const twins: Record<string, Twin> = {
  ...Object.fromEntries(
    // Rows × inputs × outputs on both sides of every threshold in the matrix products.
    [
      [1, 4, 4],
      [3, 5, 7],
      [4, 8, 2],
      [9, 13, 11],
      [70, 12, 9],
      [260, 9, 12],
      [300, 17, 5],
    ].map(([T, I, O]): [string, Twin] => [
      `linear() of ${T} rows, ${I} inputs, ${O} outputs`,
      { shapes: { x: [T!, I!], w: [O!, I!], b: [O!] }, run: ({ x, w, b }) => linear(x!, w!, b!) },
    ]),
  ),
  "linear() with ReLU": {
    shapes: { x: [9, 6], w: [7, 6], b: [7] },
    run: ({ x, w, b }) => linear(x!, w!, b!, { relu: true }),
  },
  "linear() with ReLU and dropout": {
    shapes: { x: [9, 6], w: [7, 6], b: [7] },
    run: ({ x, w, b }) => linear(x!, w!, b!, { relu: true, dropout }),
  },
  "linear() with a residual": {
    shapes: { x: [5, 6], w: [7, 6], b: [7], r: [5, 7] },
    run: ({ x, w, b, r }) => linear(x!, w!, b!, { residual: r! }),
  },
  "layerNorm() of 7 values": {
    shapes: { x: [5, 7], g: [7], b: [7] },
    run: ({ x, g, b }) => layerNorm(x!, g!, b!, 1e-5),
  },
  "gelu() of large and small values": { shapes: { x: [7, 9] }, run: ({ x }) => gelu(x!), scale: 6 },
  "grn() of 2 sheets, all places valid": {
    shapes: { x: [12, 7], g: [7], b: [7] },
    run: ({ x, g, b }) => grn(x!, null, g!, b!, 2),
  },
  "grn() with padding": {
    shapes: { x: [12, 7], g: [7], b: [7] },
    run: ({ x, g, b }) => grn(x!, tf.tensor([1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 0], [12, 1]), g!, b!, 2),
  },
  "depthwiseConv() of 7 channels": {
    shapes: { x: [2, 5, 3, 7], w: [7, 1, 3, 3], b: [7] },
    run: ({ x, w, b }) => depthwiseConv(x!, w!, b!),
  },
  "depthwiseConv() of a single place": {
    shapes: { x: [1, 1, 1, 4], w: [4, 1, 3, 3], b: [4] },
    run: ({ x, w, b }) => depthwiseConv(x!, w!, b!),
  },
  "convolution() 3x3, stride 2": {
    shapes: { x: [2, 5, 4, 3], w: [5, 3, 3, 3], b: [5] },
    run: convolve(2, 1),
  },
  "convolution() of patches": { shapes: { x: [2, 6, 4, 3], w: [5, 3, 2, 2], b: [5] }, run: convolve(2, 0) },
  "softmax() of groups of 6": { shapes: { x: [3, 5, 6] }, run: ({ x }) => softmax(x!), scale: 5 },
  "addRows()": {
    shapes: { t: [4, 5] },
    run: ({ t }) => addRows(tf.ones([6, 5]), t!, tf.tensor1d([0, 3, 3, 1, 0, 0], "int32")),
  },
  "refineBox() of boxes": {
    shapes: { d: [5, 4], s: [5, 4] },
    run: ({ d, s }) => refineBox(d!, s!),
    scale: 0.4,
    shift: 0.5,
  },
  "refineBox() of centres": {
    shapes: { d: [5, 4], s: [5, 2] },
    run: ({ d, s }) => refineBox(d!, s!),
    scale: 0.4,
    shift: 0.5,
  },
  "dropoutAdd()": { shapes: { x: [5, 7], r: [5, 7] }, run: ({ x, r }) => dropoutAdd(x!, r!, dropout) },
  "dropoutAdd() without dropout": {
    shapes: { x: [5, 7], r: [5, 7] },
    run: ({ x, r }) => dropoutAdd(x!, r!, null),
  },
  "selfAttention() of 2 sheets": { shapes: attention, run: attend({ sheets: 2, dropout: null }) },
  "selfAttention() with dropout": { shapes: attention, run: attend({ sheets: 1, dropout }) },
  "samplingLocations() around centres": {
    shapes: { o: [1, 3, 2, 4, 3, 2], r: [1, 3, 4, 2] },
    run: ({ o, r }) => samplingLocations(o!, r!, levels, true),
  },
  "samplingLocations() in boxes": {
    shapes: { o: [1, 3, 2, 4, 3, 2], r: [1, 3, 4, 4] },
    run: ({ o, r }) => samplingLocations(o!, r!, levels, true),
  },
  "msDeformAttn() of 5 channels a head, some places outside": {
    shapes: { v: [2, 24, 2, 5], l: [2, 3, 2, 4, 3, 2], w: [2, 3, 2, 4, 3] },
    run: ({ v, l, w }) => msDeformAttn(v!, levels, l!, w!),
    scale: 0.7,
    shift: 0.5,
  },
};

/** Output and gradients on the device in use, as plain arrays. */
function evaluate(name: string, { shapes, run, scale = 1, shift = 0 }: Twin): Record<string, number[]> {
  const random = randomStream(2, name);
  const made = (shape: number[]) => {
    const size = shape.reduce((a, b) => a * b, 1);
    return tf.tensor(
      Float32Array.from({ length: size }, () => (2 * random.uniform() - 1) * scale + shift),
      shape,
    );
  };
  return plain(() => {
    const keys = Object.keys(shapes);
    const inputs = keys.map((key) => made(shapes[key]!));
    const call = (...args: tf.Tensor[]) => run(Object.fromEntries(keys.map((key, i) => [key, args[i]!])));
    const shape = tf.tidy(() => call(...inputs).shape);
    const { value, grads } = tf.valueAndGrads(call)(inputs, made(shape));
    return { output: value, ...Object.fromEntries(keys.map((key, i) => [`gradient of ${key}`, grads[i]!])) };
  });
}

function plain(run: () => Record<string, tf.Tensor>): Record<string, number[]> {
  const tensors = tf.tidy(run);
  const arrays = Object.fromEntries(
    Object.entries(tensors).map(([key, tensor]) => [key, [...tensor.dataSync()]]),
  );
  tf.dispose(tensors);
  return arrays;
}

for (const device of FUSED_DEVICES) {
  describe.skipIf(isMissing(device))(
    `${device}: fused kernels against their composition of plain operations, output and gradients to 1e-5:`,
    () => {
      const composed = new Map<string, Record<string, number[]>>();
      beforeAll(async () => {
        await openDevice("js");
        for (const [name, twin] of Object.entries(twins)) composed.set(name, evaluate(name, twin));
        await openDevice(device);
      });

      for (const [name, twin] of Object.entries(twins)) {
        test(name, () => {
          const before = tf.memory().numTensors;
          const fused = evaluate(name, twin);
          expect(tf.memory().numTensors).toBe(before);
          const want = composed.get(name)!;
          expect(Object.keys(fused)).toEqual(Object.keys(want));
          for (const key of Object.keys(want))
            expect(relativeError(fused[key]!, want[key]!)).toBeLessThan(1e-5);
        });
      }
    },
  );

  describe.skipIf(isMissing(device))(`${device}: gradients against finite differences, to 1 %:`, () => {
    beforeAll(async () => void (await openDevice(device)));
    // A kink inside the step would spoil the difference: these are smooth in all they take.
    for (const name of [
      "linear() of 9 rows, 13 inputs, 11 outputs",
      "layerNorm() of 7 values",
      "gelu() of large and small values",
      "grn() with padding",
      "depthwiseConv() of 7 channels",
      "convolution() 3x3, stride 2",
      "softmax() of groups of 6",
      "refineBox() of boxes",
      "selfAttention() with dropout",
      "samplingLocations() in boxes",
    ]) {
      test(name, () => {
        const { shapes, run, scale = 1, shift = 0 } = twins[name]!;
        const random = randomStream(3, name);
        tf.tidy(() => {
          const keys = Object.keys(shapes);
          const values = keys.map((key) =>
            Float32Array.from(
              { length: shapes[key]!.reduce((a, b) => a * b, 1) },
              () => (2 * random.uniform() - 1) * scale + shift,
            ),
          );
          const call = (...args: tf.Tensor[]) =>
            run(Object.fromEntries(keys.map((key, i) => [key, args[i]!])));
          const tensors = () => values.map((data, i) => tf.tensor(data.slice(), shapes[keys[i]!]!));
          const cotangent = call(...tensors())
            .dataSync()
            .map(() => 2 * random.uniform() - 1);
          const total = () => {
            const output = tf.tidy(() => call(...tensors())).dataSync() as Float32Array;
            return output.reduce((sum, y, i) => sum + y * cotangent[i]!, 0);
          };
          const grads = tf.grads(call)(tensors(), tf.tensor(cotangent, call(...tensors()).shape));
          keys.forEach((_, k) => {
            const slopes = grads[k]!.dataSync() as Float32Array;
            const size = slopes.reduce((largest, g) => Math.max(largest, Math.abs(g)), 0);
            for (const i of [0, slopes.length >> 1, slopes.length - 1]) {
              const [middle, step] = [values[k]![i]!, 0.01];
              values[k]![i] = middle + step;
              const above = total();
              values[k]![i] = middle - step;
              const below = total();
              values[k]![i] = middle;
              expect(Math.abs((above - below) / (2 * step) - slopes[i]!)).toBeLessThan(0.01 * size + 1e-3);
            }
          });
        });
      });
    }
  });
}

describe("dropoutMask()", () => {
  test("zeroes the asked share and scales the rest so that the mean stays", () => {
    const mask = dropoutMask({ rate: 0.1, state: randomStream(4, "share").state }, [100, 200]);
    const values = mask.dataSync();
    mask.dispose();
    const zeros = values.filter((value) => value === 0).length / values.length;
    expect(Math.abs(zeros - 0.1)).toBeLessThan(0.01);
    expect(values.every((value) => value === 0 || Math.abs(value - 1 / 0.9) < 1e-6)).toBe(true);
  });
});
