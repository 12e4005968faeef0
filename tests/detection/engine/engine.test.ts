/** Tests that all devices and numbers of workers compute the same gradient. */

import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { UserError } from "../../../core/base/problem.ts";
import { randomStream } from "../../../core/base/random.ts";
import { computeProblem } from "../../../core/detection/engine/compute-problem.ts";
import type { GradientEngine, MicroBatch } from "../../../core/detection/engine/gradient-engine.ts";
import { openEngine } from "../../../core/detection/open-engine.ts";
import type { DetectorConfig } from "../../../core/model/detector-config.ts";
import { createParameters, type ParameterSet } from "../../../core/model/parameters.ts";
import { relativeError } from "../../support/golden.ts";
import { madeUpSheet, SMALL_DETECTOR } from "../../support/sheets.ts";

// A busy machine is slow, not wrong.
setDefaultTimeout(60_000);

// Fresh sampling offsets are whole cells, where bilinear reads have a kink and a gradient only to one side.
function shaken(detector: DetectorConfig): ParameterSet {
  const parameters = createParameters(detector, 3);
  const random = randomStream(1, "away from the kinks");
  for (let i = 0; i < parameters.flat.length; i++) parameters.flat[i]! += 0.05 * random.normal();
  return parameters;
}
const parameters = shaken(SMALL_DETECTOR);
const LOSS = { lambda_cls: 2, lambda_l1: 5, lambda_iou: 2 };
const one = [[0.5, 0.5, 0.6, 0.4]];
const two = [
  [0.3, 0.3, 0.4, 0.4],
  [0.7, 0.7, 0.3, 0.3],
];
const step: MicroBatch[] = [
  { sheets: [madeUpSheet(12, 8, one, "a")], seed: [1, 0], weight: 0.25 },
  { sheets: [madeUpSheet(30, 10, two, "b"), madeUpSheet(9, 21, [], "c")], seed: [1, 1], weight: 0.5 },
  { sheets: [madeUpSheet(17, 17, one, "d")], seed: [1, 2], weight: 0.25 },
];

/** More micro-batches than lanes, one much larger than the others. */
const longStep: MicroBatch[] = [40, 12, 9, 11, 10, 8, 13].map((rows, i) => ({
  sheets: [madeUpSheet(rows, 9, one, `long ${i}`)],
  seed: [2, i],
  weight: 1 / 7,
}));

const engines: GradientEngine[] = [];
async function open(
  workers: number,
  changes: { device?: string; loss?: object; detector?: object } = {},
): Promise<GradientEngine> {
  const engine = await openEngine({
    device: changes.device ?? "wasm",
    workers,
    seed: 5,
    detector: { ...SMALL_DETECTOR, ...changes.detector },
    loss: { ...LOSS, ...changes.loss },
    warn: () => {}, // of more workers than cores
  });
  engines.push(engine);
  if (!changes.detector) engine.setParameters(parameters.flat);
  return engine;
}
afterAll(() => Promise.all(engines.map((engine) => engine.dispose())));

describe("gradient()", () => {
  test("gives the same bits with 1, 2 and 4 workers, and when it is asked again", async () => {
    const bits: string[] = [];
    const losses: unknown[] = [];
    for (const workers of [1, 2, 4]) {
      const engine = await open(workers);
      expect(engine.workers).toBe(workers);
      for (let again = 0; again < 2; again++) {
        const into = new Float32Array(parameters.flat.length).fill(Number.NaN);
        losses.push(await engine.gradient(step, into));
        bits.push(Buffer.from(into.buffer).toString("base64"));
        expect(into.every(Number.isFinite)).toBe(true);
      }
    }
    expect(new Set(bits).size).toBe(1);
    for (const other of losses) expect(other).toEqual(losses[0]);
  });

  test("gives the same bits with 1, 2, 3 and 6 workers when a step has more micro-batches than lanes", async () => {
    const bits: string[] = [];
    for (const workers of [1, 2, 3, 6]) {
      const engine = await open(workers);
      for (let again = 0; again < 2; again++) {
        const into = new Float32Array(parameters.flat.length).fill(Number.NaN);
        await engine.gradient(longStep, into);
        bits.push(Buffer.from(into.buffer).toString("base64"));
        expect(into.every(Number.isFinite)).toBe(true);
      }
    }
    expect(new Set(bits).size).toBe(1);
  });

  test("leaves as many tensors after the third step as after the first", async () => {
    const engine = await open(1);
    const into = new Float32Array(parameters.flat.length);
    const live: object[] = [];
    for (let count = 0; count < 3; count++) {
      await engine.gradient(step, into);
      await engine.detect(step, { withLoss: true });
      engine.setParameters(parameters.flat);
      live.push(engine.memory());
    }
    expect(live[2]).toEqual(live[0]!);
  });

  test("sums the micro-batches' gradients by weight", async () => {
    const engine = await open(1);
    const whole = new Float32Array(parameters.flat.length);
    await engine.gradient(step, whole);
    const sum = new Float64Array(whole.length);
    const part = new Float32Array(whole.length);
    for (const microBatch of step) {
      await engine.gradient([{ ...microBatch, weight: 1 }], part);
      for (let i = 0; i < sum.length; i++) sum[i]! += microBatch.weight * part[i]!;
    }
    expect(relativeError(whole, sum)).toBeLessThan(1e-5);
  });

  test("drops other activations for other keys", async () => {
    const engine = await open(1);
    const into = new Float32Array(parameters.flat.length);
    const [first] = await engine.gradient(step, into);
    const [other] = await engine.gradient([{ ...step[0]!, seed: [2, 0] }], into);
    expect(other!.total).not.toBe(first!.total);
  });

  test("points down: a small step against it lowers the loss", async () => {
    // Boxes are handed on without their gradient when they are refined: only without it is the slope the
    // whole slope.
    const changes = { dropout: 0, box_refine: false };
    const engine = await open(1, { detector: changes });
    const { flat } = shaken({ ...SMALL_DETECTOR, ...changes });
    engine.setParameters(flat);
    const into = new Float32Array(flat.length);
    const mean = async () => {
      const losses = await engine.gradient(step, into);
      return losses.reduce((sum, { total }, i) => sum + total * step[i]!.weight, 0);
    };
    const before = await mean();
    const squares = into.reduce((sum, g) => sum + g * g, 0);
    const size = 1e-3 / Math.sqrt(squares);
    engine.setParameters(flat.map((value, i) => value - size * into[i]!));
    const after = await mean();
    expect(after).toBeLessThan(before);
    // To first order the loss falls by step length times the gradient's norm.
    expect((before - after) / (1e-3 * Math.sqrt(squares))).toBeCloseTo(1, 1);
  });

  test("is the plain JavaScript device's to 1e-4, dropout included", async () => {
    const [wasm, js] = [await open(1), await open(1, { device: "js" })];
    const [a, b] = [new Float32Array(parameters.flat.length), new Float32Array(parameters.flat.length)];
    const small = [step[0]!];
    const [ours] = await js.gradient(small, b);
    // Both engines live in this thread: the device opened last is in use until another is asked for.
    const again = await open(1);
    const [theirs] = await again.gradient(small, a);
    expect(relativeError(a, b)).toBeLessThan(1e-4);
    expect(ours!.total).toBeCloseTo(theirs!.total, 4);
    await wasm.dispose();
  }, 20_000);

  test("counts only the last decoder layer without auxiliary losses", async () => {
    const engine = await open(1, { loss: { aux_loss: false } });
    const into = new Float32Array(parameters.flat.length);
    const [loss] = await engine.gradient([step[0]!], into);
    expect(loss!.total).toBeCloseTo(loss!.cls + loss!.l1 + loss!.iou, 5);
    expect(parameters.view("class_embed.0.weight", into).every((g) => g === 0)).toBe(true);
    expect(parameters.view("class_embed.1.weight", into).some((g) => g !== 0)).toBe(true);
  });

  test("reports a loss that is not a number instead of hiding it", async () => {
    const engine = await open(1);
    engine.setParameters(parameters.flat.map(() => Number.NaN));
    const [loss] = await engine.gradient([step[0]!], new Float32Array(parameters.flat.length));
    expect(loss!.total).toBeNaN();
  });
});

describe("detect()", () => {
  test("gives the same detections with 1 and 2 workers, one per sheet, without dropout", async () => {
    const [single, pool] = [await open(1), await open(2)];
    const a = await single.detect(step, { withLoss: true });
    expect(a.map((detections) => detections.length)).toEqual([1, 2, 1]);
    expect(a[0]![0]!.scores.length).toBe(SMALL_DETECTOR.num_queries);
    expect(a[0]![0]!.boxes.length).toBe(4 * SMALL_DETECTOR.num_queries);
    expect(a.flat().every(({ scores }) => scores.every((score) => score > 0 && score < 1))).toBe(true);
    expect(await pool.detect(step, { withLoss: true })).toEqual(a);
    expect(await single.detect(step, { withLoss: true })).toEqual(a);
  });

  test("gives a loss only if it is asked for", async () => {
    const engine = await open(1);
    const ask = async (withLoss: boolean) => (await engine.detect([step[0]!], { withLoss }))[0]![0]!;
    expect((await ask(true)).loss?.total).toBeGreaterThan(0);
    expect((await ask(false)).loss).toBeUndefined();
  });
});

test("openEngine() refuses an unknown device with exit code 2, naming those there are", async () => {
  const failure = open(1, { device: "gpu" });
  await expect(failure).rejects.toThrow("one of auto, cpu, cuda, native, webgpu, wasm, js, mps");
  await expect(failure).rejects.toMatchObject({ exitCode: 2 });
});

describe("computeProblem()", () => {
  const [microBatch] = step;

  test("names the sheets of what was thrown, and keeps it as the cause", () => {
    const cause = new RangeError("too odd");
    const error = computeProblem(cause, microBatch!);
    expect(error.message).toBe("Cannot compute a (12 x 8 cells): too odd");
    expect(error.cause).toBe(cause);
  });

  test("tells of memory that WebAssembly does not have, with the sheet's size and what to do", () => {
    const error = computeProblem(new Error("Aborted(). Build with -sASSERTIONS for more info."), microBatch!);
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toContain("not enough memory for a (12 x 8 cells)");
    expect(error.message).toContain("data.max_rows");
  });
});
