/** Tests forward passes whose gradient is computed later. */

import { beforeAll, expect, test } from "bun:test";
import * as tf from "@tensorflow/tfjs-core";
import { openDevice } from "../../core/tensor/device.ts";
import { Recording } from "../../core/tensor/recording.ts";

beforeAll(async () => void (await openDevice("js")));

test("Recording.backward() gives the gradients that tf.grads() gives, of several outputs together", () => {
  tf.tidy(() => {
    const [x, w] = [tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [-1]])];
    const slopes = [tf.tensor2d([[2]]), tf.tensor2d([[0.5, 0.25]])];
    const recording = new Recording(() => [tf.matMul(x, w), tf.square(x)]);
    const [dx, dw] = recording.backward(slopes, [x, w]);
    const together = (x: tf.Tensor, w: tf.Tensor) =>
      tf.add(
        tf.sum(tf.mul(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D), slopes[0]!)),
        tf.sum(tf.mul(tf.square(x), slopes[1]!)),
      );
    const [wantX, wantW] = tf.grads(together)([x, w]);
    expect([...dx!.dataSync()]).toEqual([...wantX!.dataSync()]);
    expect([...dw!.dataSync()]).toEqual([...wantW!.dataSync()]);
    expect([...dx!.dataSync()]).toEqual([7, -1]);
  });
});

test("Recording.backward() gives undefined for an input that has no influence", () => {
  tf.tidy(() => {
    const [x, other] = [tf.scalar(3), tf.scalar(4)];
    const recording = new Recording(() => [tf.square(x)]);
    const [dx, none] = recording.backward([tf.scalar(1)], [x, other]);
    expect(dx!.dataSync()[0]).toBe(6);
    expect(none).toBeUndefined();
  });
});

test("Recording keeps nothing alive after backward(), after dispose(), or when the forward pass throws", () => {
  const x = tf.tensor1d([1, 2, 3]);
  const before = tf.memory().numTensors;
  tf.tidy(() => void new Recording(() => [tf.exp(tf.square(x))]).backward([tf.ones([3])], [x]));
  expect(tf.memory().numTensors).toBe(before);
  tf.tidy(() => new Recording(() => [tf.exp(tf.square(x))]).dispose());
  expect(tf.memory().numTensors).toBe(before);
  const failing = () =>
    new Recording(() => {
      tf.exp(tf.square(x));
      throw new Error("in the midst");
    });
  expect(() => tf.tidy(() => void failing())).toThrow("in the midst");
  expect(tf.memory().numTensors).toBe(before);
  x.dispose();
});

test("Recording refuses to begin inside of another gradient", () => {
  const inner = (x: tf.Tensor) => {
    new Recording(() => [tf.square(x)]);
    return tf.sum(x);
  };
  expect(() => tf.grad(inner)(tf.scalar(1))).toThrow("inside of another gradient");
});
