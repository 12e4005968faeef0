/** Tests workers of an engine that die, fail or are stopped. */

import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { UserError } from "../../../core/base/problem.ts";
import { processingOrder } from "../../../core/detection/engine/order.ts";
import { openWorkerPool } from "../../../core/detection/engine/worker-pool.ts";
import { createParameters } from "../../../core/model/parameters.ts";
import { madeUpSheet, SMALL_DETECTOR } from "../../support/sheets.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

// A busy machine is slow, not wrong.
setDefaultTimeout(60_000);

const parameters = createParameters(SMALL_DETECTOR, 3);
const script = new URL("../../support/dying-worker.ts", import.meta.url);

async function pool(warn: (text: string) => void) {
  const loss = { lambda_cls: 2, lambda_l1: 5, lambda_iou: 2 };
  const options = { device: "wasm", workers: 2, seed: 5, detector: SMALL_DETECTOR, loss, warn };
  const engine = await openWorkerPool(options, 2, script);
  engine.setParameters(parameters.flat);
  return engine;
}

const batches = (labels: string[]) =>
  labels.map((label, i) => ({
    sheets: [madeUpSheet(10 + i, 8, [[0.5, 0.5, 0.5, 0.5]], label)],
    seed: [i],
    weight: 1 / labels.length,
  }));

/** What a promise fails with. Not `expect().rejects`: it waits without letting workers' messages in. */
const messageOf = (failure: Promise<unknown>): Promise<string> =>
  failure.then(
    () => "did not fail",
    (error: Error) => error.message,
  );

describe("openWorkerPool()", () => {
  test("starts a worker that died again, says on which sheet, and loses nothing", async () => {
    using folder = temporaryFolder("pool");
    const warnings: string[] = [];
    const engine = await pool((text) => warnings.push(text));
    try {
      const once = `deadly once: ${folder.join("died")}`;
      const labels = ["a", once, "b"];
      const first = new Float32Array(parameters.flat.length);
      const losses = await engine.gradient(batches(labels), first);
      expect(warnings.length).toBe(1);
      expect(warnings[0]).toContain(once);
      expect(losses.every(({ total }) => Number.isFinite(total))).toBe(true);
      // The same step without a death: the same bits.
      const second = new Float32Array(parameters.flat.length);
      expect(await engine.gradient(batches(labels), second)).toEqual(losses);
      expect(second).toEqual(first);
    } finally {
      await engine.dispose();
    }
  });

  test("gives up when a worker dies again, naming the sheet and its size", async () => {
    const engine = await pool(() => {});
    const into = new Float32Array(parameters.flat.length);
    const failure = engine.gradient(batches(["a", "deadly", "b", "c", "d", "e"]), into);
    expect(await messageOf(failure)).toMatch(/died twice.*deadly \(11 x 8 cells\)/);
    await engine.dispose();
  });

  test("does not compute a sheet again whose gradient may be half added", async () => {
    const engine = await pool(() => {});
    const into = new Float32Array(parameters.flat.length);
    const failure = engine.gradient(batches(Array(6).fill("deadly while adding")), into);
    expect(await messageOf(failure)).toMatch(/died while it added the gradient of deadly while adding/);
    await engine.dispose();
  });

  test("starts no thread for work that comes after its end", async () => {
    const warnings: string[] = [];
    const engine = await pool((text) => warnings.push(text));
    const late = engine.detect(batches(["a", "b"]), { withLoss: false });
    await engine.dispose();
    expect(await messageOf(late)).toBe("The engine was closed");
    expect(await messageOf(engine.detect(batches(["c"]), { withLoss: false }))).toBe("The engine was closed");
    expect(warnings).toEqual([]);
  });

  test("passes a worker's message to the user on, with its exit code", async () => {
    const loss = { lambda_cls: 2, lambda_l1: 5, lambda_iou: 2 };
    const options = { device: "abacus", workers: 2, seed: 5, detector: SMALL_DETECTOR, loss };
    const error = await openWorkerPool(options, 2).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ exitCode: 2, message: expect.stringContaining("abacus") });
  });

  test("names the sheet of a task that throws, and continues with the next", async () => {
    const engine = await pool(() => {});
    const into = new Float32Array(parameters.flat.length);
    const [broken] = batches(["broken"]);
    broken!.sheets[0]!.grid = { ...broken!.sheets[0]!.grid, height: 0 };
    expect(await messageOf(engine.gradient([broken!], into))).toContain("broken (0 x 8 cells)");
    const [loss] = await engine.gradient(batches(["a"]), into);
    expect(loss!.total).toBeGreaterThan(0);
    await engine.dispose();
  });
});

test("processingOrder() takes the largest padded area first and keeps the order of equals", () => {
  const sizes = [
    [[4, 4]],
    [[10, 10]],
    [
      [2, 9],
      [9, 2],
    ],
    [[4, 4]],
  ];
  const step = sizes.map((sheets) => ({
    sheets: sheets.map(([h, w]) => madeUpSheet(h!, w!, [])),
    seed: [],
    weight: 1,
  }));
  expect(processingOrder(step)).toEqual([2, 1, 0, 3]);
});
