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

/** Runs `run` in a scope, and expects that no tensor is left over. */
function leavesNothing(run: () => void): void {
  const before = tf.memory().numTensors;
  tf.tidy(() => void run());
  expect(tf.memory().numTensors).toBe(before);
}

/** x · factor, with a gradient of the test's own. */
function scaled(x: tf.Tensor, factor: number, gradient: (dy: tf.Tensor) => tf.Tensor): tf.Tensor {
  return recorded([x], () => ({ value: tf.mul(x, factor), gradient: (dy) => [gradient(dy)] }));
}

const numbers = (tensors: readonly (tf.Tensor | undefined)[]) =>
  tensors.map((tensor) => tensor?.dataSync()[0]);

test("Recording.backward() takes one tensor as the gradient of several inputs", () => {
  // Each gradient is added to another one, in both orders: the sums dispose what they replace.
  const sum = (...inputs: tf.Tensor[]) =>
    recorded(inputs, () => ({
      value: tf.addN(inputs),
      gradient: (dy) => {
        const dx = tf.mul(dy, 1);
        return inputs.map(() => dx);
      },
    }));
  leavesNothing(() => {
    const [x, y] = [tf.scalar(3), tf.scalar(5)];
    const early = new Recording(() => [tf.square(x), tf.square(y), sum(x, y)]);
    const slopes = [tf.scalar(1), tf.scalar(1), tf.scalar(7)];
    expect(numbers(early.backward(slopes, [x, y]))).toEqual([13, 17]);
    const late = new Recording(() => [sum(x, y), tf.square(x), tf.square(y)]);
    expect(numbers(late.backward([slopes[2]!, slopes[0]!, slopes[1]!], [x, y]))).toEqual([13, 17]);
    const thrice = new Recording(() => [sum(x, x, x)]);
    expect(numbers(thrice.backward([tf.scalar(1)], [x]))).toEqual([3]);
  });
});

test("Recording.backward() leaves a tensor of somebody else alone", () => {
  for (const keeps of [false, true]) {
    leavesNothing(() => {
      const [x, captured] = [tf.scalar(3), tf.scalar(2)];
      let returned = captured;
      const recording = new Recording(() => [
        tf.square(x),
        scaled(x, 2, () => {
          if (keeps) returned = tf.keep(tf.scalar(2));
          return returned;
        }),
      ]);
      expect(numbers(recording.backward([tf.scalar(1), tf.scalar(1)], [x]))).toEqual([8]);
      expect(numbers([returned])).toEqual([2]);
      returned.dispose();
    });
  }
});

test("Recording.backward() passes on a gradient that is dy itself", () => {
  leavesNothing(() => {
    const [x, y] = [tf.scalar(3), tf.scalar(4)];
    const recording = new Recording(() => [
      scaled(
        scaled(tf.mul(x, y), 1, (dy) => dy),
        1,
        (dy) => dy,
      ),
    ]);
    expect(numbers(recording.backward([tf.scalar(2)], [x, y]))).toEqual([8, 6]);
  });
});

test("Recording.backward() adds the slopes of an output that is given twice", () => {
  leavesNothing(() => {
    const x = tf.scalar(3);
    const recording = new Recording(() => {
      const y = tf.square(x);
      return [y, y];
    });
    expect(numbers(recording.backward([tf.scalar(1), tf.scalar(10)], [x]))).toEqual([66]);
  });
});

test("Recording.backward() takes zeros for a result that nobody used", () => {
  leavesNothing(() => {
    const x = tf.tensor1d([1, 2, 3, 4]);
    const recording = new Recording(() => [tf.square(tf.split(x, 2)[1]!)]);
    const [dx] = recording.backward([tf.ones([2])], [x]);
    expect([...dx!.dataSync()]).toEqual([0, 0, 6, 8]);
  });
});

test("Recording.backward() gives an output that is an input its slope", () => {
  leavesNothing(() => {
    const x = tf.scalar(3);
    const recording = new Recording(() => [x, tf.square(x)]);
    expect(numbers(recording.backward([tf.scalar(5), tf.scalar(1)], [x]))).toEqual([11]);
  });
});

test("Recording.backward() gives each place of an input its own tensor", () => {
  leavesNothing(() => {
    const x = tf.scalar(3);
    const [first, second] = new Recording(() => [tf.square(x)]).backward([tf.scalar(1)], [x, x]);
    first!.dispose();
    expect(numbers([second])).toEqual([6]);
  });
});

test("Recording.backward() gives and passes on the gradient of a tensor in between", () => {
  leavesNothing(() => {
    const x = tf.scalar(3);
    let y: tf.Tensor | undefined;
    const recording = new Recording(() => {
      y = tf.square(x);
      return [tf.mul(y, 10), y];
    });
    expect(numbers(recording.backward([tf.scalar(1), tf.scalar(2)], [y!, x]))).toEqual([12, 72]);
    // Of a tensor in between alone, nothing goes further back, where there may be no gradient.
    const cut = new Recording(() => {
      y = tf.cumprod(tf.tensor1d([1]));
      return [tf.square(y)];
    });
    expect(numbers(cut.backward([tf.ones([1])], [y!]))).toEqual([2]);
  });
});

test("Recording.backward() names an operation without a gradient, and needs none without influence", () => {
  leavesNothing(() => {
    const [x, data] = [tf.tensor1d([1, 2]), tf.tensor1d([3, 4])];
    const recording = new Recording(() => [tf.cumprod(x)]);
    expect(() => recording.backward([tf.ones([2])], [x])).toThrow("Cumprod has no gradient");
    const other = new Recording(() => [tf.square(x), tf.cumprod(data)]);
    const [dx] = other.backward([tf.ones([2]), tf.ones([2])], [x]);
    expect([...dx!.dataSync()]).toEqual([2, 4]);
    tf.registerGradient({ kernelName: "Cumprod", gradFunc: () => ({}) });
    try {
      const empty = new Recording(() => [tf.cumprod(x)]);
      const backward = () => empty.backward([tf.ones([2])], [x]);
      expect(backward).toThrow("Cumprod has no gradient for its input x");
    } finally {
      tf.unregisterGradient("Cumprod");
    }
  });
});

test("Recording.backward() computes no gradient of data", () => {
  leavesNothing(() => {
    const [x, y] = [tf.zeros([1000]), tf.zeros([1000])];
    /** The bytes in use once the gradient has passed the product. */
    const bytes = (inputs: tf.Tensor[]) => {
      let used = 0;
      const watched = () =>
        scaled(x, 1, (dy) => {
          used = tf.memory().numBytes;
          return tf.mul(dy, 1);
        });
      const recording = new Recording(() => [tf.mul(watched(), y)]);
      tf.dispose(recording.backward([tf.ones([1000])], inputs) as tf.Tensor[]);
      tf.dispose(recording.outputs as tf.Tensor[]);
      return used;
    };
    const before = tf.memory().numBytes;
    const alone = tf.tidy(() => bytes([x]) - before);
    const both = tf.tidy(() => bytes([x, y]) - before);
    expect(both - alone).toBe(4000);
  });
});

test("Recording.backward() refuses slopes and gradients of another shape or type", () => {
  leavesNothing(() => {
    const x = tf.tensor1d([1, 2]);
    const backward = (slopes: tf.Tensor[]) => new Recording(() => [tf.square(x)]).backward(slopes, [x]);
    expect(() => backward([])).toThrow("Expected a slope for each of 1 outputs, found 0");
    expect(() => backward([tf.ones([3])])).toThrow(
      "Slope 0: expected a gradient float32 [2], found float32 [3]",
    );
    const wrong = (gradient: tf.Tensor) => () =>
      new Recording(() => [scaled(x, 2, () => gradient)]).backward([tf.ones([2])], [x]);
    const message = "Recorded: expected a gradient float32 [2], found";
    expect(wrong(tf.scalar(1))).toThrow(`${message} float32 []`);
    expect(wrong(tf.tensor1d([1, 2], "int32"))).toThrow(`${message} int32 [2]`);
  });
});

test("Recording.backward() keeps nothing alive, without a scope too, whatever throws", () => {
  const [x, one] = [tf.scalar(3), tf.scalar(1)];
  const before = tf.memory().numTensors;
  const failing = () => {
    throw new Error("in the midst");
  };
  // The sum of the square waits while the gradient of the other output fails.
  const waiting = new Recording(() => [tf.square(x), scaled(x, 2, failing)]);
  expect(() => waiting.backward([one, one], [x])).toThrow("in the midst");
  tf.dispose(waiting.outputs as tf.Tensor[]);
  expect(tf.memory().numTensors).toBe(before);

  const adding = new Recording(() => [tf.square(x), tf.square(x)]);
  const { kernelFunc } = tf.getKernel("Add", "cpu");
  tf.unregisterKernel("Add", "cpu");
  try {
    expect(() => adding.backward([one, one], [x])).toThrow("The backend cpu has no kernel Add");
  } finally {
    tf.registerKernel({ kernelName: "Add", backendName: "cpu", kernelFunc });
  }
  tf.dispose(adding.outputs as tf.Tensor[]);
  expect(tf.memory().numTensors).toBe(before);

  const twice = new Recording(() => Array(2).fill(tf.square(x)));
  tf.dispose(twice.backward([one, one], [x]) as tf.Tensor[]);
  tf.dispose(twice.outputs as tf.Tensor[]);
  expect(tf.memory().numTensors).toBe(before);
  tf.dispose([x, one]);
});

test("Recording.backward() computes the gradient once, and none after dispose()", () => {
  leavesNothing(() => {
    const x = tf.scalar(3);
    const recording = new Recording(() => [tf.square(x)]);
    recording.backward([tf.scalar(1)], [x]);
    expect(() => recording.backward([tf.scalar(1)], [x])).toThrow("once");
    const disposed = new Recording(() => [tf.square(x)]);
    disposed.dispose();
    disposed.dispose();
    expect(() => disposed.backward([tf.scalar(1)], [x])).toThrow("disposal");
  });
});
