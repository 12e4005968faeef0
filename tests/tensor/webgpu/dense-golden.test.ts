/** Compares the network with a dense head on webgpu with wasm and with PyTorch. */

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import * as tf from "@tensorflow/tfjs-core";
import { LOSS_PARTS } from "../../../core/loss/loss-parts.ts";
import { NO_NETWORK_DROPOUT } from "../../../core/model/dropout-sites.ts";
import { GpuDetector } from "../../../core/model/gpu-detector.ts";
import type { DetectorOutput, OutputLoss } from "../../../core/model/output-loss.ts";
import { TrainedDetector } from "../../../core/model/trained-detector.ts";
import { openDevice } from "../../../core/tensor/device.ts";
import { scoped, scopedAsync } from "../../../core/tensor/scoped.ts";
import {
  denseBatch,
  denseParameters,
  denseTargets,
  GOLDEN_LOSS,
  golden,
  ownLogits,
} from "../../support/dense-model.ts";
import { expectClose, relativeError } from "../../support/golden.ts";
import { hasVulkan } from "../../support/software-gpu.ts";

const TOLERANCE = 1e-4;
/** ms: without a GPU the first steps compile some hundred shaders for the CPU. */
const SLOW = 240_000;
const OPTIONS = { loss: GOLDEN_LOSS, dropout: NO_NETWORK_DROPOUT, weight: 1 };

describe.skipIf(!hasVulkan)("webgpu, with a dense head", () => {
  const parameters = denseParameters();
  let model: GpuDetector;
  /** What TrainedDetector says on wasm. */
  const want = { into: new Float32Array(parameters.flat.length) } as {
    into: Float32Array;
    loss: OutputLoss;
    output: DetectorOutput;
  };
  beforeAll(async () => {
    await openDevice("wasm");
    const trained = new TrainedDetector(golden.config);
    trained.setParameters(parameters.flat);
    want.loss = scoped(() =>
      trained.gradient(denseBatch(), denseTargets, { ...OPTIONS, into: want.into, add: false }),
    );
    want.output = scoped(() => trained.detect(denseBatch()));
    trained.dispose();
    await openDevice("webgpu");
    model = new GpuDetector(golden.config);
    model.setParameters(parameters.flat);
  });
  afterAll(() => model?.dispose());

  test(
    "the maps are the twin's to 1e-4, proposals, logits and boxes those of wasm",
    () =>
      scopedAsync(async () => {
        const batch = denseBatch();
        const { dense, layers } = await model.detect(batch);
        for (const [sheet, logits] of golden.dense_logits.entries()) {
          expectClose(ownLogits(dense!.logits, batch, sheet), logits, TOLERANCE);
        }
        const boxes = ({ dense }: DetectorOutput) =>
          dense!.sheets.map(({ proposals }) => proposals.map(({ support: _, ...box }) => box));
        expect(boxes({ dense, layers })).toEqual(boxes(want.output));
        expect(layers).toHaveLength(want.output.layers.length);
        layers.forEach(({ logits, boxes }, k) => {
          expect(relativeError(logits, want.output.layers[k]!.logits)).toBeLessThan(TOLERANCE);
          expect(relativeError(boxes, want.output.layers[k]!.boxes)).toBeLessThan(TOLERANCE);
        });
      }),
    SLOW,
  );

  test(
    "loss and gradient are those of TrainedDetector on wasm to 1e-4, and no tensor is left",
    async () => {
      const before = tf.memory().numTensors;
      const { loss, into } = await scopedAsync(async () => {
        const result = await model.gradient(denseBatch(), denseTargets, OPTIONS);
        return { loss: result.loss, into: (await result.gradient.data()) as Float32Array };
      });
      expect(tf.memory().numTensors).toBe(before);
      for (const { name } of LOSS_PARTS) {
        expect(Math.abs(loss[name] / want.loss[name] - 1)).toBeLessThan(TOLERANCE);
      }
      const norms = [...parameters.viewsOf(want.into).values()].map((values) => Math.hypot(...values));
      const largest = Math.max(...norms);
      for (const [i, name] of parameters.names.entries()) {
        const own = parameters.view(name, want.into);
        const difference = Math.hypot(...parameters.view(name, into).map((value, k) => value - own[k]!));
        // Some gradients are zero but for rounding (a bias before a softmax): compare those with the largest.
        expect(difference).toBeLessThan(TOLERANCE * Math.max(norms[i]!, 1e-3 * largest));
      }
      for (const [name, slopes] of Object.entries(golden.dense_grads)) {
        expectClose(parameters.view(name, into), slopes, TOLERANCE);
      }
    },
    SLOW,
  );
});
