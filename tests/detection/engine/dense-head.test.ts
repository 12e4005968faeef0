/** Tests that an engine trains the dense head. */

import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type {
  Detection,
  GradientEngine,
  MicroBatch,
} from "../../../core/detection/engine/gradient-engine.ts";
import { openEngine } from "../../../core/detection/open-engine.ts";
import { HAS_DATA, IS_VISIBLY_EMPTY, WHITE_FILL_BIT } from "../../../core/features/vector-bits.ts";
import type { DetectorConfig } from "../../../core/model/detector-config.ts";
import { createParameters } from "../../../core/model/parameters.ts";
import { adamwStep, freshAdamW } from "../../../core/optim/adamw.ts";
import { madeUpSheet, SMALL_DETECTOR } from "../../support/sheets.ts";

// A busy machine is slow, not wrong.
setDefaultTimeout(60_000);

const DENSE = { widths: [8, 12, 16], depths: [1, 1, 1], up_depths: [1, 1], dropout: 0.1, only: false };
const WHOLE: DetectorConfig = { ...SMALL_DETECTOR, dense_head: DENSE };
const ALONE: DetectorConfig = { ...SMALL_DETECTOR, dense_head: { ...DENSE, only: true } };
const LOSS = { lambda_cls: 2, lambda_l1: 5, lambda_iou: 2 };
const box = [[0.5, 0.5, 0.5, 0.5]];
const step: MicroBatch[] = [
  { sheets: [madeUpSheet(12, 8, box, "a")], seed: [1, 0], weight: 0.25 },
  { sheets: [madeUpSheet(30, 10, box, "b"), madeUpSheet(9, 21, [], "c")], seed: [1, 1], weight: 0.5 },
  { sheets: [madeUpSheet(17, 17, box, "d")], seed: [1, 2], weight: 0.25 },
];

const engines: GradientEngine[] = [];
async function open(workers: number, detector: DetectorConfig): Promise<GradientEngine> {
  const engine = await openEngine({ device: "wasm", workers, seed: 5, detector, loss: LOSS, warn: () => {} });
  engines.push(engine);
  return engine;
}
afterAll(() => Promise.all(engines.map((engine) => engine.dispose())));

describe.each([
  ["the whole network", WHOLE],
  ["the dense head alone", ALONE],
])("%s", (_, detector) => {
  const parameters = createParameters(detector, 3);

  test("gives the same bits with 1, 2 and 3 workers", async () => {
    const bits: string[] = [];
    for (const workers of [1, 2, 3]) {
      const engine = await open(workers, detector);
      engine.setParameters(parameters.flat);
      const into = new Float32Array(parameters.flat.length).fill(Number.NaN);
      const losses = await engine.gradient(step, into);
      expect(into.every(Number.isFinite)).toBe(true);
      expect(losses.every(({ dense_loss }) => dense_loss > 0)).toBe(true);
      bits.push(JSON.stringify(losses) + Buffer.from(into.buffer).toString("base64"));
    }
    expect(new Set(bits).size).toBe(1);
  });

  test("leaves as many tensors after the third step as after the first", async () => {
    const engine = await open(1, detector);
    engine.setParameters(parameters.flat);
    const into = new Float32Array(parameters.flat.length);
    const live: object[] = [];
    for (let count = 0; count < 3; count++) {
      await engine.gradient(step, into);
      await engine.detect(step, { withLoss: true });
      live.push(engine.memory());
    }
    expect(live[2]).toEqual(live[0]!);
  });

  test("a sheet's own loss does not depend on the sheets that it is padded with", async () => {
    const engine = await open(1, detector);
    engine.setParameters(parameters.flat);
    const [, both] = step;
    const [together, alone] = (
      await engine.detect([both!, { ...both!, sheets: [both!.sheets[0]!] }], {
        withLoss: true,
      })
    ).map(([first]) => first!.loss!.total) as [number, number];
    expect(together).toBeCloseTo(alone, 3);
  });

  test("learns a table by heart: the dense loss falls to a third, and the table is found to the cell", async () => {
    const engine = await open(1, detector);
    const own = createParameters(detector, 4);
    const state = freshAdamW(own.flat.length);
    const into = new Float32Array(own.flat.length);
    const height = 12;
    const width = 10;
    // Rows 4–9 and columns 3–8 of the sheet, from 0.
    const boxes = Float32Array.of(6 / width, 7 / height, 6 / width, 6 / height);
    const sheet = { grid: tableGrid(height, width), boxes, label: "learned" };
    const micro: MicroBatch = { sheets: [sheet], seed: [1], weight: 1 };
    let first = 0;
    let last = 0;
    for (let count = 0; count < 60; count++) {
      engine.setParameters(own.flat);
      const [loss] = await engine.gradient([micro], into);
      if (count === 0) first = loss!.dense_loss;
      last = loss!.dense_loss;
      adamwStep(own.flat, into, state, { lr: 5e-3, weightDecay: 0, gradientScale: 1 });
    }
    expect(last).toBeLessThan(first / 3);
    engine.setParameters(own.flat);
    const [[found]] = (await engine.detect([micro], { withLoss: false })) as [Detection[]];
    expect([...found!.boxes.subarray(0, 4)]).toEqual([...boxes]);
  });
});

/** Cells with data where the table is, empty ones elsewhere. */
function tableGrid(height: number, width: number) {
  const cells = Uint16Array.from({ length: height * width }, (_, i) => {
    const [row, column] = [Math.floor(i / width), i % width];
    return row >= 4 && row < 10 && column >= 3 && column < 9 ? 1 : 0;
  });
  return {
    height,
    width,
    vectors: Uint32Array.of(IS_VISIBLY_EMPTY | WHITE_FILL_BIT, 0, 0, 0, HAS_DATA | WHITE_FILL_BIT, 0, 0, 0),
    cells,
  };
}
