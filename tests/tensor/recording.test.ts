/** Tests forward passes whose gradient is computed later. */

import { beforeAll, expect, test } from "bun:test";
import * as tf from "@tensorflow/tfjs-core";
import { openDevice } from "../../core/tensor/device.ts";
import { recorded } from "../../core/tensor/recorded.ts";
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

test("Recording.backward() frees what it has passed: the memory of both passes does not add up", () => {
  const x = tf.zeros([1000]);
  const bytes: number[] = [];
  const doubled = (input: tf.Tensor) =>
    recorded([input], () => ({
      value: tf.mul(input, 2),
      saved: [input],
      gradient: (dy) => {
        bytes.push(tf.memory().numBytes);
        return [tf.mul(dy, 2)];
      },
    }));
  tf.tidy(() => {
    const recording = new Recording(() => {
      let y: tf.Tensor = x;
      for (let layer = 0; layer < 8; layer++) y = doubled(y);
      return [y];
    });
    const [dx] = recording.backward([tf.ones([1000])], [x]);
    expect(dx!.dataSync()[0]).toBe(256);
  });
  const steps = bytes.slice(1).map((size, i) => size - bytes[i]!);
  // Each layer frees the tensor that it kept and makes a gradient in place of the one that it was given.
  expect(steps).toEqual(Array(7).fill(-4000));
  x.dispose();
});

test("Recording.backward() keeps nothing alive when a gradient throws", () => {
  const x = tf.tensor1d([1, 2, 3]);
  const before = tf.memory().numTensors;
  const failing = recorded.bind(null, [x], () => ({
    value: tf.square(x),
    saved: [x],
    gradient: () => {
      throw new Error("in the midst");
    },
  }));
  const backward = () => {
    const recording = new Recording(() => [tf.exp(failing())]);
    recording.backward([tf.ones([3])], [x]);
  };
  expect(() => tf.tidy(backward)).toThrow("in the midst");
  expect(tf.memory().numTensors).toBe(before);
  x.dispose();
});
