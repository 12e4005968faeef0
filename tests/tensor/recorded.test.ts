/** Tests operations with a gradient of their own. */

import { beforeAll, expect, test } from "bun:test";
import * as tf from "@tensorflow/tfjs-core";
import { openDevice } from "../../core/tensor/device.ts";
import { runFused } from "../../core/tensor/fused.ts";
import { recorded } from "../../core/tensor/recorded.ts";
import { Recording } from "../../core/tensor/recording.ts";
import { reshape } from "../../core/tensor/reshape.ts";

beforeAll(async () => void (await openDevice("js")));

/** x · y, with a further result that only the gradient uses. */
function product(x: tf.Tensor, y: tf.Tensor): tf.Tensor {
  return recorded([x, y], () => ({
    value: tf.mul(x, y),
    saved: [x],
    extra: [tf.clone(y)],
    gradient: (dy, [x, y]) => [tf.mul(dy, y!), tf.mul(dy, x!)],
  }));
}

test("recorded() gives tf.grads() its gradient, with what was saved and the further results", () => {
  tf.tidy(() => {
    const [x, y] = [tf.tensor1d([2, 3]), tf.tensor1d([5, 7])];
    const [dx, dy] = tf.grads((x, y) => product(x, y))([x, y], tf.tensor1d([1, 10]));
    expect([...dx!.dataSync()]).toEqual([5, 70]);
    expect([...dy!.dataSync()]).toEqual([2, 30]);
  });
});

test("recorded() inside of another operation is not recorded itself", () => {
  tf.tidy(() => {
    const x = tf.tensor1d([3]);
    const outer = (x: tf.Tensor) =>
      recorded([x], () => ({ value: product(x, x), gradient: (dy) => [tf.mul(dy, 100)] }));
    expect(tf.grad(outer)(x).dataSync()[0]).toBe(100);
  });
});

test("recorded() disposes its further results, with and without a gradient", () => {
  const [x, y] = [tf.scalar(2), tf.scalar(3)];
  const before = tf.memory().numTensors;
  product(x, y).dispose();
  expect(tf.memory().numTensors).toBe(before);
  tf.dispose(tf.grads((x, y) => product(x, y))([x, y]));
  expect(tf.memory().numTensors).toBe(before);
  tf.dispose([x, y]);
});

test("recorded() records the next operation after one has thrown", () => {
  tf.tidy(() => {
    const x = tf.scalar(2);
    const failing = () => {
      throw new Error("in the midst");
    };
    expect(() => recorded([x], failing)).toThrow("in the midst");
    expect(
      tf
        .grad((x) => product(x, x))(x)
        .dataSync()[0],
    ).toBe(4);
  });
});

test("recorded() refuses a gradient that is not one per input", () => {
  const one = (x: tf.Tensor, y: tf.Tensor) =>
    recorded([x, y], () => ({ value: tf.mul(x, y), gradient: (dy) => [tf.mul(dy, 2)] }));
  tf.tidy(() => {
    const inputs = [tf.scalar(1), tf.scalar(2)];
    expect(() => tf.grads(one)(inputs)).toThrow("Expected a gradient for each of 2 inputs, found 1");
  });
});

test("runFused() names a kernel that the backend does not have", () => {
  expect(() => runFused("TableNothing", {})).toThrow("The backend cpu has no kernel TableNothing");
});

test("reshape() keeps the values, takes the gradient back, and refuses a size that does not fit", () => {
  tf.tidy(() => {
    const x = tf.tensor2d([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(reshape(x, [3, -1]).arraySync()).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    const dx = tf.grad((x) => reshape(tf.square(x), [6]))(x);
    expect(dx.arraySync()).toEqual([
      [2, 4, 6],
      [8, 10, 12],
    ]);
    expect(() => reshape(x, [4])).toThrow();
  });
});

test("reshape() to the same shape gives a tensor of its own, through which the gradient goes back", () => {
  const x = tf.tensor1d([1, 2]);
  const before = tf.memory().numTensors;
  const y = reshape(x, [2]);
  y.dispose();
  expect([...x.dataSync()]).toEqual([1, 2]);
  tf.tidy(() => {
    const recording = new Recording(() => [reshape(x, [2])]);
    const slope = tf.tensor1d([3, 4]);
    const [dx] = recording.backward([slope], [x]);
    expect([...dx!.dataSync()]).toEqual([3, 4]);
    expect([...slope.dataSync()]).toEqual([3, 4]);
  });
  expect(tf.memory().numTensors).toBe(before);
  x.dispose();
});
