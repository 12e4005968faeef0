/** Tests the network with a dense head against its twin in PyTorch. */

import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { LOSS_PARTS } from "../../core/loss/loss-parts.ts";
import { findings, denseInput as proposedInput } from "../../core/model/dense-stage.ts";
import { NO_NETWORK_DROPOUT } from "../../core/model/dropout-sites.ts";
import { boxPosition } from "../../core/model/position.ts";
import { TrainedDetector } from "../../core/model/trained-detector.ts";
import { adamwStep, freshAdamW } from "../../core/optim/adamw.ts";
import { clipScale, gradientNorms } from "../../core/optim/gradient-norms.ts";
import { EVIDENCE } from "../../core/proposals/evidence.ts";
import { scoped } from "../../core/tensor/scoped.ts";
import {
  type Begin,
  type DenseModel,
  denseBatch,
  denseParameters,
  densePass,
  denseTargets,
  GOLDEN_LOSS,
  golden,
  ownLogits,
} from "../support/dense-model.ts";
import { GOLDEN_DEVICES, isMissing } from "../support/devices.ts";
import { expectClose, relativeError } from "../support/golden.ts";
import { openedDetector } from "../support/opened-detector.ts";
import { findPyTorch } from "../support/pytorch.ts";

// A busy machine is slow, not wrong.
setDefaultTimeout(60_000);

const TOLERANCE = 1e-4;
/** What the twin calls the parts that have another name here. */
const TWIN_NAMES = { det_loss: "detection", dense_loss: "dense" } as const;
const { config } = golden;

test("the twin's evidence is as wide as the project's (else: run dense_golden.py with its new width)", () => {
  expect(golden.evidence.shape[2]).toBe(EVIDENCE.length);
});

test("boxPosition() has the twin's code of every proposal to 1e-5", () => {
  const code = boxPosition(Float32Array.from(golden.proposals.data), config.hidden_dim);
  expectClose(code, golden.position, 1e-5);
});

const pytorch = findPyTorch();

test.skipIf(pytorch === null)("the goldens are what the twin says today, to 1e-6", () => {
  const script = join(import.meta.dir, "dense_golden.py");
  const said = pytorch!.run(script, "--check") as Partial<DenseModel>;
  const compare = (got: unknown, want: unknown): void => {
    if (typeof want === "number") {
      expect(Math.abs((got as number) - want)).toBeLessThan(1e-6 * Math.max(1, Math.abs(want)));
    } else {
      expect(Object.keys(got as object)).toEqual(Object.keys(want as object));
      for (const [key, value] of Object.entries(want as object)) {
        compare((got as Record<string, unknown>)[key], value);
      }
    }
  };
  for (const key of ["dense_logits", "logits", "boxes", "loss", "dense_grads", "trajectory"] as const) {
    compare(said[key], golden[key]);
  }
});

for (const device of GOLDEN_DEVICES) {
  describe.skipIf(isMissing(device))(device, () => {
    const parameters = denseParameters();
    const model = openedDetector(device, TrainedDetector, config, parameters);

    const trained = (into: Float32Array) =>
      scoped(() =>
        model().gradient(denseBatch(), denseTargets, {
          loss: GOLDEN_LOSS,
          dropout: NO_NETWORK_DROPOUT,
          weight: 1,
          into,
          add: false,
        }),
      );

    test("dense logits, decoder logits and boxes of a padded batch are the twin's to 1e-4", () => {
      scoped(() => {
        const batch = denseBatch();
        const { dense, layers } = densePass(parameters, parameters.flat, batch);
        for (const [sheet, want] of golden.dense_logits.entries()) {
          expectClose(ownLogits(dense, batch, sheet), want, TOLERANCE);
        }
        expect(layers).toHaveLength(golden.logits.length);
        for (const [k, { logits, boxes }] of layers.entries()) {
          expectClose(logits, golden.logits[k]!, TOLERANCE);
          expectClose(boxes, golden.boxes[k]!, TOLERANCE);
        }
      });
    });

    test("losses, every slope of the dense head and the norms of all gradients are the twin's to 1e-4", () => {
      const into = new Float32Array(parameters.flat.length);
      const { loss } = scoped(() => densePass(parameters, parameters.flat, denseBatch(), undefined, into));
      for (const { name } of LOSS_PARTS) {
        const want = golden.loss[name === "det_loss" || name === "dense_loss" ? TWIN_NAMES[name] : name];
        expect(Math.abs(loss[name] / want - 1)).toBeLessThan(TOLERANCE);
      }
      for (const [name, want] of Object.entries(golden.dense_grads)) {
        expectClose(parameters.view(name, into), want, TOLERANCE);
      }
      const largest = Math.max(...Object.values(golden.grad_norms));
      for (const [name, values] of parameters.viewsOf(into)) {
        const want = golden.grad_norms[name]!;
        // Some gradients are zero but for rounding (a bias before a softmax): compare those with the largest.
        expect(Math.abs(Math.hypot(...values) - want)).toBeLessThan(
          TOLERANCE * Math.max(want, 1e-3 * largest),
        );
      }
    });

    test("six training steps follow the twin's losses and norms to 1e-3", () => {
      const { lr, weight_decay, max_norm, steps } = golden.trajectory;
      expect(steps).toHaveLength(6);
      const flat = parameters.flat.slice();
      const into = new Float32Array(flat.length);
      const state = freshAdamW(flat.length);
      for (const step of steps) {
        const { loss } = scoped(() => densePass(parameters, flat, denseBatch(), undefined, into));
        const { global } = gradientNorms(into, parameters);
        expect(Math.abs(loss.total / step.loss - 1)).toBeLessThan(1e-3);
        expect(Math.abs(loss.dense_loss / step.dense - 1)).toBeLessThan(1e-3);
        expect(Math.abs(global / step.total_norm - 1)).toBeLessThan(1e-3);
        adamwStep(flat, into, state, {
          lr,
          weightDecay: weight_decay,
          gradientScale: clipScale(global, max_norm),
        });
      }
    });

    test("TrainedDetector has the loss and the gradient of its parts, with the proposals it draws itself", () => {
      const own: Begin = (output, batch) => {
        const logits = output.logits.dataSync() as Float32Array;
        return proposedInput(output, findings(logits, batch, config), batch, config);
      };
      const [parts, whole] = [
        new Float32Array(parameters.flat.length),
        new Float32Array(parameters.flat.length),
      ];
      const { loss } = scoped(() => densePass(parameters, parameters.flat, denseBatch(), own, parts));
      const got = trained(whole);
      expect(got.dense_loss).toBeCloseTo(golden.loss.dense, 3);
      expect(Math.abs(got.total / loss.total - 1)).toBeLessThan(1e-6);
      for (const [name, want] of parameters.viewsOf(parts)) {
        const size = Math.max(1e-3, Math.hypot(...want));
        const difference = Math.hypot(...parameters.view(name, whole).map((value, i) => value - want[i]!));
        expect(difference / size).toBeLessThan(1e-5);
      }
    });

    test("a sheet alone and in a padded batch has the same maps, proposals and boxes to 1e-5", () => {
      scoped(() => {
        const batch = denseBatch();
        const together = model().detect(batch);
        for (const sheet of [0, 1]) {
          const single = denseBatch([sheet]);
          const alone = model().detect(single);
          const maps = ownLogits(together.dense!.logits, batch, sheet);
          expect(relativeError(maps, ownLogits(alone.dense!.logits, single, 0))).toBeLessThan(1e-5);
          const boxes = (proposals: readonly { x1: number; y1: number; x2: number; y2: number }[]) =>
            proposals.map(({ x1, y1, x2, y2 }) => [x1, y1, x2, y2]);
          const [many, one] = [together.dense!.sheets[sheet]!, alone.dense!.sheets[0]!];
          expect(boxes(many.proposals)).toEqual(boxes(one.proposals));
          const [last, own] = [together.layers.at(-1)!.boxes, alone.layers.at(-1)!.boxes];
          const part = last.subarray(sheet * own.length, (sheet + 1) * own.length);
          expect(relativeError(part, own)).toBeLessThan(1e-5);
        }
      });
    });

    test("gradient() and detect() leave as many tensors as there were", () => {
      const into = new Float32Array(parameters.flat.length);
      const before = tf.memory().numTensors;
      trained(into);
      scoped(() => model().detect(denseBatch()));
      expect(tf.memory().numTensors).toBe(before);
    });
  });
}
