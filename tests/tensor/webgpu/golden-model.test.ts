/** Tests the network on webgpu against the reference's numbers. */

import { describe, expect, test } from "bun:test";
import * as tf from "@tensorflow/tfjs-core";
import { backbone } from "../../../core/model/backbone.ts";
import { NO_NETWORK_DROPOUT } from "../../../core/model/dropout-sites.ts";
import { GpuDetector } from "../../../core/model/gpu-detector.ts";
import { Weights } from "../../../core/model/weights.ts";
import { adamwStep, freshAdamW } from "../../../core/optim/adamw.ts";
import { clipScale, gradientNorms } from "../../../core/optim/gradient-norms.ts";
import { scopedAsync } from "../../../core/tensor/scoped.ts";
import { expectClose, relativeError } from "../../support/golden.ts";
import { openedDetector } from "../../support/opened-detector.ts";
import { hasVulkan } from "../../support/software-gpu.ts";
import { tiny, tinyBatch, tinyCheckpoint, tinyTargets } from "../../support/tiny-model.ts";

const LOSS = { lambda_cls: 2, lambda_l1: 5, lambda_iou: 2 };
const TOLERANCE = 1e-4;
/** ms: without a GPU the first steps compile some hundred shaders for the CPU. */
const SLOW = 240_000;

describe.skipIf(!hasVulkan)("webgpu", () => {
  const { config, parameters } = tinyCheckpoint();
  const model = openedDetector("webgpu", GpuDetector, config, parameters);

  const gradient = (flat: Float32Array) =>
    scopedAsync(async () => {
      model().setParameters(flat);
      const options = { loss: LOSS, dropout: NO_NETWORK_DROPOUT, weight: 1 };
      const result = await model().gradient(tinyBatch(config), tinyTargets, options);
      return { loss: result.loss, into: (await result.gradient.data()) as Float32Array };
    });

  test(
    "the backbone's maps are the reference's to 1e-4",
    () =>
      scopedAsync(async () => {
        const tensors = parameters.names.map(
          (name, i) => [name, tf.tensor(parameters.view(name), [...parameters.shapes[i]!])] as const,
        );
        const maps = backbone(new Weights(new Map(tensors)).of("backbone"), tinyBatch(config), config);
        for (const [level, want] of tiny.backbone.entries()) {
          expectClose((await maps[level]!.data()) as Float32Array, want, TOLERANCE);
        }
      }),
    SLOW,
  );

  test(
    "logits and boxes of a padded batch are the reference's to 1e-4, in every decoder layer",
    () =>
      scopedAsync(async () => {
        const { layers } = await model().detect(tinyBatch(config));
        expect(layers.length).toBe(tiny.logits.length);
        layers.forEach(({ logits, boxes }, k) => {
          expectClose(logits, tiny.logits[k]!, TOLERANCE);
          expectClose(boxes, tiny.boxes[k]!, TOLERANCE);
        });
      }),
    SLOW,
  );

  test(
    "a sheet alone and in a padded batch get the same boxes",
    () =>
      scopedAsync(async () => {
        const together = (await model().detect(tinyBatch(config))).layers.at(-1)!;
        const alone = (await model().detect(tinyBatch(config, [0]))).layers.at(-1)!;
        const own = together.boxes.subarray(0, alone.boxes.length);
        expect(relativeError(own, alone.boxes)).toBeLessThan(1e-5);
      }),
    SLOW,
  );

  test(
    "losses and the norm of every parameter's gradient are the reference's to 1e-4",
    async () => {
      const { loss, into } = await gradient(parameters.flat);
      for (const part of ["total", "cls", "l1", "iou"] as const) {
        expect(Math.abs(loss[part] / tiny.loss[part] - 1)).toBeLessThan(TOLERANCE);
      }
      const largest = Math.max(...Object.values(tiny.grad_norms));
      for (const [name, values] of parameters.viewsOf(into)) {
        const norm = Math.hypot(...values);
        const want = tiny.grad_norms[name] ?? 0;
        // Some gradients are zero but for rounding (a bias before a softmax): compare those with the largest.
        expect(Math.abs(norm - want)).toBeLessThan(TOLERANCE * Math.max(want, 1e-3 * largest));
      }
    },
    SLOW,
  );

  // On SwiftShader a step takes a second: two tell whether the gradients are right.
  test(
    "2 training steps follow the reference's losses and norms to 1e-3",
    async () => {
      const { lr, weight_decay, max_norm } = tiny.trajectory;
      const flat = parameters.flat.slice();
      const state = freshAdamW(flat.length);
      for (const step of tiny.trajectory.steps.slice(0, 2)) {
        const { loss, into } = await gradient(flat);
        const { global } = gradientNorms(into, parameters);
        expect(Math.abs(loss.total / step.loss - 1)).toBeLessThan(1e-3);
        expect(Math.abs(global / step.total_norm - 1)).toBeLessThan(1e-3);
        adamwStep(flat, into, state, {
          lr,
          weightDecay: weight_decay,
          gradientScale: clipScale(global, max_norm),
        });
      }
    },
    SLOW,
  );
});
