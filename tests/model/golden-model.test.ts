/** Tests the network against the reference's numbers. */

import { describe, expect, setDefaultTimeout, test } from "bun:test";
import * as tf from "@tensorflow/tfjs-core";
import { backbone } from "../../core/model/backbone.ts";
import { NO_NETWORK_DROPOUT } from "../../core/model/dropout-sites.ts";
import { TrainedDetector } from "../../core/model/trained-detector.ts";
import { Weights } from "../../core/model/weights.ts";
import { adamwStep, freshAdamW } from "../../core/optim/adamw.ts";
import { clipScale, gradientNorms } from "../../core/optim/gradient-norms.ts";
import { GOLDEN_DEVICES, isMissing } from "../support/devices.ts";
import { expectClose, relativeError } from "../support/golden.ts";
import { openedDetector } from "../support/opened-detector.ts";
import { tiny, tinyBatch, tinyCheckpoint, tinyTargets } from "../support/tiny-model.ts";

// A busy machine is slow, not wrong.
setDefaultTimeout(60_000);

const LOSS = { lambda_cls: 2, lambda_l1: 5, lambda_iou: 2 };
const TOLERANCE = 1e-4;

for (const device of GOLDEN_DEVICES) {
  describe.skipIf(isMissing(device))(device, () => {
    const { config, parameters } = tinyCheckpoint();
    const model = openedDetector(device, TrainedDetector, config, parameters);

    const gradient = (flat: Float32Array) => {
      const into = new Float32Array(flat.length);
      model().setParameters(flat);
      const loss = tf.engine().tidy(() => {
        const options = { loss: LOSS, dropout: NO_NETWORK_DROPOUT, weight: 1, into, add: false };
        const { gradients: _, ...parts } = model().gradient(tinyBatch(config), tinyTargets, options);
        return parts as unknown as tf.TensorContainer;
      }) as unknown as { total: number; cls: number; l1: number; iou: number };
      return { loss, into };
    };

    test("the backbone's maps are the reference's to 1e-4", () => {
      tf.tidy(() => {
        const weights = new Weights(
          new Map(
            parameters.names.map((name, i) => [
              name,
              tf.tensor(parameters.view(name), [...parameters.shapes[i]!]),
            ]),
          ),
        );
        const maps = backbone(weights.of("backbone"), tinyBatch(config), config);
        for (const [level, want] of tiny.backbone.entries()) expectClose(maps[level]!, want, TOLERANCE);
      });
    });

    test("logits and boxes of a padded batch are the reference's to 1e-4, in every decoder layer", () => {
      tf.tidy(() => {
        const { layers } = model().detect(tinyBatch(config));
        expect(layers.length).toBe(tiny.logits.length);
        layers.forEach(({ logits, boxes }, k) => {
          expectClose(logits, tiny.logits[k]!, TOLERANCE);
          expectClose(boxes, tiny.boxes[k]!, TOLERANCE);
        });
      });
    });

    test("a sheet alone and in a padded batch get the same boxes", () => {
      tf.tidy(() => {
        const together = model().detect(tinyBatch(config)).layers.at(-1)!;
        [0, 1].forEach((sheet) => {
          const alone = model()
            .detect(tinyBatch(config, [sheet]))
            .layers.at(-1)!;
          const size = alone.boxes.length;
          const own = together.boxes.subarray(sheet * size, (sheet + 1) * size);
          expect(relativeError(own, alone.boxes)).toBeLessThan(1e-5);
        });
      });
    });

    test("losses and the norm of every parameter's gradient are the reference's to 1e-4", () => {
      const { loss, into } = gradient(parameters.flat);
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
    });

    test("twelve training steps follow the reference's losses and norms to 1e-3", () => {
      const { lr, weight_decay, max_norm, steps } = tiny.trajectory;
      expect(steps.length).toBe(12);
      const flat = parameters.flat.slice();
      const state = freshAdamW(flat.length);
      for (const step of steps) {
        const { loss, into } = gradient(flat);
        const { global } = gradientNorms(into, parameters);
        expect(Math.abs(loss.total / step.loss - 1)).toBeLessThan(1e-3);
        expect(Math.abs(global / step.total_norm - 1)).toBeLessThan(1e-3);
        adamwStep(flat, into, state, {
          lr,
          weightDecay: weight_decay,
          gradientScale: clipScale(global, max_norm),
        });
      }
    }, 120_000); // the plain backend takes a second a step
  });
}
