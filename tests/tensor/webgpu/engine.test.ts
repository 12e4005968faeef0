/** Tests training steps on webgpu: gradients, lack of memory, a lost device. */

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import * as tf from "@tensorflow/tfjs-core";
import { randomStream } from "../../../core/base/random.ts";
import type { GradientEngine, MicroBatch } from "../../../core/detection/engine/gradient-engine.ts";
import { openEngine } from "../../../core/detection/open-engine.ts";
import { createParameters } from "../../../core/model/parameters.ts";
import { relativeError } from "../../support/golden.ts";
import { madeUpSheet, SMALL_DETECTOR } from "../../support/sheets.ts";
import { hasVulkan } from "../../support/software-gpu.ts";

const detector = { ...SMALL_DETECTOR, num_decoder_layers: 2 };
const parameters = createParameters(detector, 3);
// Fresh sampling offsets are whole cells, where bilinear reads have a kink and a gradient only to one side.
const random = randomStream(1, "away from the kinks");
for (let i = 0; i < parameters.flat.length; i++) parameters.flat[i]! += 0.05 * random.normal();

const step: MicroBatch[] = [
  { sheets: [madeUpSheet(12, 8, [[0.5, 0.5, 0.6, 0.4]], "a")], seed: [1, 0], weight: 1 / 3 },
  {
    sheets: [madeUpSheet(16, 10, [[0.3, 0.3, 0.4, 0.4]], "b"), madeUpSheet(9, 13, [], "c")],
    seed: [1, 1],
    weight: 2 / 3,
  },
];

async function open(device: string): Promise<GradientEngine> {
  const engine = await openEngine({
    device,
    workers: 1,
    seed: 5,
    detector,
    loss: { lambda_cls: 2, lambda_l1: 5, lambda_iou: 2 },
  });
  engine.setParameters(parameters.flat);
  return engine;
}

/** ms: without a GPU the first steps compile some hundred shaders for the CPU. */
const SLOW = 240_000;

/** The device below the backend in use. */
const gpuDevice = () => (tf.backend() as unknown as { device: GPUDevice }).device;

describe.skipIf(!hasVulkan)("the webgpu engine", () => {
  let engine: GradientEngine;
  const want = { gradient: new Float32Array(parameters.flat.length), losses: [] as unknown[] };
  let boxes: Float32Array;

  beforeAll(async () => {
    const wasm = await open("wasm");
    want.losses = await wasm.gradient(step, want.gradient);
    boxes = (await wasm.detect([step[0]!], { withLoss: true }))[0]![0]!.boxes;
    await wasm.dispose();
    engine = await open("webgpu");
  }, SLOW);
  afterAll(() => engine?.dispose());

  test(
    "sums the step's gradients as wasm does, dropout included, to 1e-4",
    async () => {
      const into = new Float32Array(parameters.flat.length).fill(Number.NaN);
      const losses = await engine.gradient(step, into);
      expect(relativeError(into, want.gradient)).toBeLessThan(1e-4);
      losses.forEach(({ total }, i) => {
        expect(total / (want.losses[i] as { total: number }).total).toBeCloseTo(1, 4);
      });
    },
    SLOW,
  );

  test(
    "detects the boxes that wasm detects, to 1e-4",
    async () => {
      const detections = await engine.detect([step[0]!], { withLoss: true });
      expect(relativeError(detections[0]![0]!.boxes, boxes)).toBeLessThan(1e-4);
    },
    SLOW,
  );

  test(
    "leaves as many tensors after another step as before, and tells its memory on the GPU",
    async () => {
      const before = engine.memory();
      await engine.gradient([step[0]!], new Float32Array(parameters.flat.length));
      engine.setParameters(parameters.flat);
      const after = engine.memory();
      expect(after.numTensors).toBe(before.numTensors);
      expect(after.bytes).toBe(before.bytes);
      expect(after.gpuBytes!).toBeGreaterThan(after.bytes);
    },
    SLOW,
  );

  describe("when the GPU fails", () => {
    test(
      "names the sheets and their sizes when a buffer is larger than the GPU allows, and goes on afterwards",
      async () => {
        const before = engine.memory().numTensors;
        const device = gpuDevice();
        const create = device.createBuffer;
        device.createBuffer = (descriptor) => {
          create.call(device, { ...descriptor, size: 2 ** 45, mappedAtCreation: false });
          return create.call(device, descriptor);
        };
        const into = new Float32Array(parameters.flat.length).fill(7);
        const failure = await engine.gradient([step[1]!], into).catch((error: Error) => error);
        expect(String(failure)).toContain(
          "The GPU has not enough memory for b (16 x 10 cells), c (9 x 13 cells)",
        );
        expect(String(failure)).toMatch(/fix .*training\.batch_size.*data\.max_rows/);
        expect(into.every((value) => value === 7)).toBe(true);

        device.createBuffer = create;
        await engine.dispose();
        engine = await open("webgpu");
        expect(engine.memory().numTensors).toBe(before);
        const detections = await engine.detect([step[0]!], { withLoss: false });
        expect(relativeError(detections[0]![0]!.boxes, boxes)).toBeLessThan(1e-4);
      },
      SLOW,
    );

    test(
      "ends with a clear error when the device is lost in the midst of a step, and opens anew",
      async () => {
        const into = new Float32Array(parameters.flat.length);
        const under = engine.gradient([step[0]!], into).catch((error: Error) => error);
        gpuDevice().destroy();
        const failure = await under;
        expect(String(failure)).toContain("The GPU was lost while it computed a (12 x 8 cells)");
        expect(String(failure)).toContain("--resume");
        await engine.dispose();

        engine = await open("webgpu");
        const detections = await engine.detect([step[0]!], { withLoss: false });
        expect(relativeError(detections[0]![0]!.boxes, boxes)).toBeLessThan(1e-4);
      },
      SLOW,
    );
  });
});
