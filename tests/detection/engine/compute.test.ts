/** Tests that a micro-batch leaves nothing behind for the next one on the same thread. */

import { expect, test } from "bun:test";
import { Compute } from "../../../core/detection/engine/compute.ts";
import type { MicroBatch } from "../../../core/detection/engine/gradient-engine.ts";
import { countParameters } from "../../../core/model/architecture.ts";
import { createParameters } from "../../../core/model/parameters.ts";
import { madeUpSheet, SMALL_DETECTOR } from "../../support/sheets.ts";

const BOX = [[0.5, 0.5, 0.6, 0.4]];

test("a padded micro-batch has the same gradient and boxes after a larger one as in a fresh thread", async () => {
  const detector = SMALL_DETECTOR;
  const loss = { lambda_cls: 2, lambda_l1: 5, lambda_iou: 2 };
  const compute = await Compute.open({ device: "wasm", workers: 1, seed: 5, detector, loss });
  compute.setParameters(createParameters(detector, 3).flat);
  const large: MicroBatch = { sheets: [madeUpSheet(60, 30, BOX, "large")], seed: [0], weight: 1 };
  const padded: MicroBatch = {
    sheets: [madeUpSheet(12, 8, BOX, "high"), madeUpSheet(7, 21, BOX, "wide")],
    seed: [1],
    weight: 1,
  };
  const gradientOf = (microBatch: MicroBatch) => {
    const into = new Float32Array(countParameters(detector));
    compute.gradient(microBatch, into);
    return into;
  };
  const fresh = gradientOf(padded);
  const boxes = compute.detect(padded, false);
  const ofLarge = gradientOf(large);
  expect(gradientOf(padded)).toEqual(fresh);
  expect(compute.detect(padded, false)).toEqual(boxes);
  expect(gradientOf(large)).toEqual(ofLarge);
  expect(ofLarge).not.toEqual(fresh);
  compute.dispose();
});
