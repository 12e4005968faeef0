/** Tests that concatenations and slices on wasm, which copy rows, are those of plain JavaScript. */

import { beforeAll, describe, expect, test } from "bun:test";
import * as tf from "@tensorflow/tfjs-core";
import { openDevice } from "../../core/tensor/device.ts";

/** 0, 1, 2 … of a shape. */
function counting(shape: number[], dtype: "float32" | "int32", first = 0): tf.Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  return tf.tensor(
    Array.from({ length: size }, (_, i) => first + i),
    shape,
    dtype,
  );
}

const CONCATENATIONS: readonly [shapes: number[][], axis: number][] = [
  [[[3], [5]], 0],
  [
    [
      [2, 3],
      [2, 4],
      [2, 1],
    ],
    1,
  ],
  [
    [
      [2, 3],
      [5, 3],
    ],
    0,
  ],
  [
    [
      [2, 3, 2, 5],
      [2, 3, 2, 7],
    ],
    3,
  ],
  [
    [
      [2, 3, 2, 5],
      [2, 4, 2, 5],
    ],
    1,
  ],
  [
    [
      [2, 3],
      [2, 0],
    ],
    1,
  ],
];

const SLICES: readonly [shape: number[], begin: number[], size: number[]][] = [
  [[7], [2], [4]],
  [
    [4, 5],
    [1, 2],
    [2, 3],
  ],
  [
    [4, 5],
    [1, 0],
    [2, 5],
  ],
  [
    [3, 4, 5],
    [0, 1, 0],
    [3, 2, 5],
  ],
  [
    [2, 5, 4, 6],
    [0, 0, 0, 0],
    [2, 4, 3, 6],
  ],
  [
    [2, 5, 4, 6],
    [1, 2, 1, 3],
    [1, 3, 2, 2],
  ],
  [
    [2, 2, 3, 4, 5],
    [0, 1, 0, 1, 1],
    [2, 1, 2, 2, 3],
  ],
  [
    [3, 4],
    [1, 1],
    [0, 2],
  ],
];

function results(dtype: "float32" | "int32"): { shape: number[]; values: number[] }[] {
  return tf.tidy(() => {
    const all = [
      ...CONCATENATIONS.map(([shapes, axis]) =>
        tf.concat(
          shapes.map((shape, i) => counting(shape, dtype, 100 * i)),
          axis,
        ),
      ),
      ...SLICES.map(([shape, begin, size]) => tf.slice(counting(shape, dtype), begin, size)),
    ];
    return all.map((tensor) => ({ shape: tensor.shape, values: [...tensor.dataSync()] }));
  });
}

describe.each(["float32", "int32"] as const)("%s", (dtype) => {
  let want: ReturnType<typeof results>;
  beforeAll(async () => {
    await openDevice("js");
    want = results(dtype);
    await openDevice("wasm");
  });

  test("concatenations and slices of every rank have the values of plain JavaScript, and leave nothing", () => {
    const before = tf.memory().numTensors;
    expect(results(dtype)).toEqual(want);
    expect(tf.memory().numTensors).toBe(before);
  });
});
