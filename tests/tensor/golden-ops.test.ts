import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import * as tf from "@tensorflow/tfjs-core";
import { sinePosition } from "../../core/model/position.ts";
import { convolution } from "../../core/tensor/convolution.ts";
import { type LevelSize, msDeformAttn } from "../../core/tensor/deformable-attention.ts";
import { depthwiseConv } from "../../core/tensor/depthwise-conv.ts";
import { openDevice } from "../../core/tensor/device.ts";
import { gelu } from "../../core/tensor/gelu.ts";
import { grn } from "../../core/tensor/grn.ts";
import { layerNorm } from "../../core/tensor/layer-norm.ts";
import { linear } from "../../core/tensor/linear.ts";
import { selfAttention } from "../../core/tensor/self-attention.ts";
import { expectClose, type GoldenCase, readGolden, toTensor, valueAndGradients } from "../support/golden.ts";

const ops = readGolden<Record<string, GoldenCase>>("ops");
const TOLERANCE = 1e-5;

type Inputs = Record<string, tf.Tensor>;
const nhwc = (x: tf.Tensor) => tf.transpose(x, [0, 2, 3, 1]);
const nchw = (x: tf.Tensor) => tf.transpose(x, [0, 3, 1, 2]);
const rows = (x: tf.Tensor) => tf.reshape(x, [-1, x.shape.at(-1)!]);

/** Each operation as the golden case writes it: the reference's layouts in and out. */
const cases: Record<string, (inputs: Inputs, golden: GoldenCase) => tf.Tensor> = {
  linear: ({ x, w, b }) => linear(x!, w!, b!),
  layer_norm: ({ x, g, b }, { attrs }) => layerNorm(x!, g!, b!, attrs.eps as number),
  gelu: ({ x }) => gelu(x!),
  grn: ({ x, gamma, beta }, { inputs }) => {
    const valid = rows(tf.reshape(toTensor(inputs.valid!), [-1, 1]));
    const y = grn(rows(x!), valid, gamma!, beta!, x!.shape[0]!);
    return tf.reshape(tf.mul(y, valid), x!.shape);
  },
  dwconv3x3: ({ x, w, b }) => nchw(depthwiseConv(nhwc(x!), w!, b!)),
  conv_down: ({ x, w, b }, { output }) =>
    placed(convolution(nhwc(x!), w!, b!, { stride: 2, padding: 1 }), output),
  conv_stem: ({ x, w, b }, { output }) =>
    placed(convolution(nhwc(x!), w!, b!, { stride: 4, padding: 0 }), output),
  self_attention: ({ q, v, in_w, in_b, out_w, out_b }) => {
    const weights = { inWeight: in_w!, inBias: in_b!, outWeight: out_w!, outBias: out_b! };
    const options = { sheets: q!.shape[0]!, heads: 4, dropout: null };
    return tf.reshape(selfAttention(rows(q!), rows(v!), weights, options), q!.shape);
  },
  ms_deform_attn: ({ value, loc, weight }, { attrs }) =>
    msDeformAttn(value!, attrs.shapes as LevelSize[], loc!, weight!),
};

/** [B·h·w, C] → [B, C, h, w]. */
function placed(y: tf.Tensor, { shape }: { shape: number[] }): tf.Tensor {
  const [B, C, h, w] = shape as [number, number, number, number];
  return nchw(tf.reshape(y, [B, h, w, C]));
}

for (const device of ["js", "wasm"]) {
  describe(device, () => {
    beforeAll(async () => void (await openDevice(device)));

    for (const [name, run] of Object.entries(cases)) {
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
      for (const [name, run] of Object.entries(cases)) {
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
