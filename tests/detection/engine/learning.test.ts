/** Tests that a training has the same bits wherever its updates are made, and what a dead worker means. */

import { expect, setDefaultTimeout, test } from "bun:test";
import { sharedFloats } from "../../../core/base/shared-floats.ts";
import { openLearning } from "../../../core/detection/engine/learning.ts";
import { openWorkerPool } from "../../../core/detection/engine/worker-pool.ts";
import { openEngine } from "../../../core/detection/open-engine.ts";
import { createParameters } from "../../../core/model/parameters.ts";
import { freshAdamW } from "../../../core/optim/adamw.ts";
import { madeUpSheet, SMALL_DETECTOR } from "../../support/sheets.ts";

// A busy machine is slow, not wrong.
setDefaultTimeout(240_000);

const SIZE = createParameters(SMALL_DETECTOR, 3).flat.length;
const LOSS = { lambda_cls: 2, lambda_l1: 5, lambda_iou: 2 };
const OPTIONS = { device: "wasm", seed: 5, detector: SMALL_DETECTOR, loss: LOSS, warn: () => {} };
const UPDATE = { lr: 1e-2, weightDecay: 0.1, gradientScale: 0.5 };

/** @param array Makes the arrays; those of `sharedFloats` can be updated by threads. */
function newLearner(array: (length: number) => Float32Array) {
  const parameters = createParameters(SMALL_DETECTOR, 3, array(SIZE));
  const average = array(SIZE);
  average.set(parameters.flat);
  const optimizer = { ...freshAdamW(SIZE), expAvg: array(SIZE), expAvgSq: array(SIZE) };
  return { parameters, average, optimizer };
}

const batches = (step: number, labels: readonly string[] = ["a", "b", "c", "d", "e"]) =>
  labels.map((label, i) => ({
    sheets: [madeUpSheet(10 + i, 8, [[0.5, 0.5, 0.5, 0.5]], label)],
    seed: [step, i],
    weight: 1 / labels.length,
  }));

/** Three steps. @returns Everything that they leave. */
async function train(workers: number, array: (length: number) => Float32Array) {
  const learner = newLearner(array);
  await using engine = await openEngine({ ...OPTIONS, workers });
  engine.setParameters(learner.parameters.flat);
  const learning = openLearning(engine, learner);
  const seen: unknown[] = [];
  for (let step = 1; step <= 3; step++) {
    const { losses, norms, values } = await learning.gradient(batches(step));
    seen.push(losses, norms, values.slice());
    // The second step is skipped, as a plugin may want it.
    if (step !== 2) await learning.update({ ...UPDATE, averaging: { decay: 0.9, step } });
  }
  const found = await engine.detect(batches(4), { withLoss: true });
  const { parameters, average, optimizer } = learner;
  return { seen, found, flat: parameters.flat.slice(), average: average.slice(), optimizer };
}

test("threads that share the learner's memory leave the bits of one that makes the updates alone", async () => {
  const alone = await train(1, sharedFloats);
  expect(alone.optimizer.step).toBe(2);
  expect(alone.flat).not.toEqual(createParameters(SMALL_DETECTOR, 3).flat);
  expect(await train(3, sharedFloats)).toEqual(alone);
});

test("threads that do not share the learner's memory leave the same bits", async () => {
  const plain = await train(2, (length) => new Float32Array(length));
  const shared = await train(2, sharedFloats);
  expect(plain.flat).toEqual(shared.flat);
  expect(plain.average).toEqual(shared.average);
  expect(plain.seen).toEqual(shared.seen);
});

test("an update during which a worker dies is not made again: it fails and says so", async () => {
  const script = new URL("../../support/dying-worker.ts", import.meta.url);
  const learner = newLearner(sharedFloats);
  const pool = await openWorkerPool({ ...OPTIONS, workers: 2 }, 2, script);
  try {
    pool.setParameters(learner.parameters.flat);
    const learning = openLearning(pool, learner);
    await learning.gradient(batches(1));
    const update = learning.update({ ...UPDATE, lr: Number.NaN, averaging: null });
    const message = await update.then(
      () => "did not fail",
      (error: Error) => error.message,
    );
    expect(message).toContain("A worker died while it updated weights");
  } finally {
    await pool.dispose();
  }
});
