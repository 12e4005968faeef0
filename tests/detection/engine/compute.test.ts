/** Tests that a micro-batch leaves nothing behind for the next one on the same thread. */

import { expect, test } from "bun:test";
import { Compute } from "../../../core/detection/engine/compute.ts";
import type { MicroBatch } from "../../../core/detection/engine/gradient-engine.ts";
import { countParameters } from "../../../core/model/architecture.ts";
import { createParameters } from "../../../core/model/parameters.ts";
import { madeUpSheet, SMALL_DETECTOR } from "../../support/sheets.ts";

const BOX = [[0.5, 0.5, 0.6, 0.4]];
const DENSE = { widths: [8, 8], depths: [1, 1], up_depths: [1], dropout: 0, only: false };

/** js keeps the array of a tensor, wasm copies it, and the dense head reads it on the host too. */
test.each([
  ["js", SMALL_DETECTOR],
  ["wasm", SMALL_DETECTOR],
  ["wasm", { ...SMALL_DETECTOR, dense_head: DENSE }],
])(
  "on %s, a padded micro-batch has the same gradient and boxes after a larger one as before it",
  async (device, detector) => {
    const loss = { lambda_cls: 2, lambda_l1: 5, lambda_iou: 2 };
    const compute = await Compute.open({ device, workers: 1, seed: 5, detector, loss });
    compute.setParameters(createParameters(detector, 3).flat);
    const large: MicroBatch = { sheets: [madeUpSheet(40, 20, BOX, "large")], seed: [0], weight: 1 };
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
    const before = gradientOf(padded);
    const boxes = compute.detect(padded, false);
    const ofLarge = gradientOf(large);
    expect(gradientOf(padded)).toEqual(before);
    expect(compute.detect(padded, false)).toEqual(boxes);
    expect(gradientOf(large)).toEqual(ofLarge);
    expect(ofLarge).not.toEqual(before);
    compute.dispose();
  },
);
