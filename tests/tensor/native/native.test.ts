/** Tests the native device where its library is set up. */

import { afterAll, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { PROJECT_ROOT } from "../../../core/base/project-root.ts";
import { runProgram } from "../../../core/base/run-program.ts";
import { openEngine } from "../../../core/detection/open-engine.ts";
import { createParameters } from "../../../core/model/parameters.ts";
import { openNative } from "../../../core/tensor/native/open-native.ts";
import { isMissing } from "../../support/devices.ts";
import { madeUpSheet, SMALL_DETECTOR } from "../../support/sheets.ts";

const missing = isMissing("native");

const LOSS = { lambda_cls: 2, lambda_l1: 5, lambda_iou: 2 };
const step = [12, 9, 20, 6].map((rows, i) => ({
  sheets: [madeUpSheet(rows, 8, [[0.5, 0.5, 0.5, 0.5]], `sheet ${i}`)],
  seed: [i],
  weight: 1 / 4,
}));

/**
 * Processor time of each thread of this process so far, in the system's ticks (proc_pid_stat(5): utime and
 * stime).
 */
function ticksOfThreads(): Map<string, number> {
  const threads = readdirSync("/proc/self/task");
  return new Map(
    threads.map((thread) => {
      const stat = readFileSync(`/proc/self/task/${thread}/stat`, "utf8");
      const [, ...fields] = stat.slice(stat.lastIndexOf(")")).split(" ");
      return [thread, Number(fields[11]) + Number(fields[12])];
    }),
  );
}

/** Bits of the gradient of one step, and tensors alive after each of three. */
async function trainOn(workers: number): Promise<{ bits: Uint32Array; tensors: number[] }> {
  const parameters = createParameters(SMALL_DETECTOR, 3);
  const engine = await openEngine({
    device: "native",
    workers,
    seed: 5,
    detector: SMALL_DETECTOR,
    loss: LOSS,
  });
  const into = new Float32Array(parameters.flat.length);
  const tensors: number[] = [];
  for (let i = 0; i < 3; i++) {
    engine.setParameters(parameters.flat);
    await engine.gradient(step, into);
    tensors.push(engine.memory().numTensors);
  }
  await engine.dispose();
  return { bits: new Uint32Array(into.buffer), tensors };
}

describe.skipIf(missing)("openNative()", () => {
  afterAll(async () => void (await openNative()));

  test("uses the project's kernels and runs on the CPU", async () => {
    const runtime = await openNative();
    expect(runtime.withoutKernels).toBeNull();
    expect(runtime.gpu).toBe(false);
    expect(runtime.version).toMatch(/^2\.\d+/);
    expect(tf.getBackend()).toBe("tensorflow");
  });

  test.skipIf(process.platform !== "linux")("keeps an operation to one thread", async () => {
    await openNative();
    const x = tf.ones([768, 768]) as tf.Tensor2D;
    const before = ticksOfThreads();
    for (let i = 0; i < 20; i++) tf.tidy(() => void tf.matMul(x, x));
    const ticks = [...ticksOfThreads()].map(([thread, now]) => now - (before.get(thread) ?? 0));
    const [busiest = 0, ...others] = ticks.sort((a, b) => b - a);
    expect(others.reduce((sum, each) => sum + each, 0)).toBeLessThan(busiest / 2);
    x.dispose();
  });

  test("reports an operation of TensorFlow's that fails, and goes on", async () => {
    await openNative();
    const wrong = () =>
      tf.engine().runKernel("TableLinear", { x: tf.ones([2, 3]), w: tf.ones([2, 2]), b: tf.ones([2]) });
    expect(() => tf.tidy(() => void wrong())).toThrow("do not fit together");
    expect(tf.tidy(() => tf.add(1, 1).dataSync()[0])).toBe(2);
  });

  test("works without the project's kernels, and says so", async () => {
    const core = (path: string) => JSON.stringify(join(PROJECT_ROOT, "core", path));
    const script = `
      import { grad, ones, sum, tensor, zeros } from "@tensorflow/tfjs-core";
      import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
      import { findInstallation } from ${core("tensor/native/installation.ts")};
      import { openNative } from ${core("tensor/native/open-native.ts")};
      import { convolution } from ${core("tensor/convolution.ts")};
      import { gelu } from ${core("tensor/gelu.ts")};
      const installation = { ...findInstallation("native"), kernels: null };
      const { withoutKernels } = await openNative({ installation });
      const slope = grad((x) => sum(gelu(x)))(tensor([0])).dataSync()[0];
      const sums = [...convolution(ones([1, 3, 3, 1]), ones([1, 1, 3, 3]), zeros([1]), { stride: 2, padding: 1 }).dataSync()];
      console.log(JSON.stringify({ withoutKernels, slope, sums }));`;
    const { output, code } = await runProgram([process.execPath, "-e", script], { cwd: PROJECT_ROOT });
    expect(code).toBe(0);
    const { withoutKernels, slope, sums } = JSON.parse(output.trim().split("\n").at(-1) as string);
    expect(withoutKernels).toContain("not built");
    expect(slope).toBeCloseTo(0.5, 6);
    expect(sums).toEqual([4, 4, 4, 4]); // each corner sees four of the nine places
  }, 120_000);
});

describe.skipIf(missing)("training on native", () => {
  test("leaves no tensors behind, and 1 and 2 workers get the same bits", async () => {
    const [one, two] = [await trainOn(1), await trainOn(2)];
    expect(one.tensors[2]).toBe(one.tensors[0] as number);
    expect(two.tensors[2]).toBe(two.tensors[0] as number);
    expect(one.bits.some((word) => word !== 0)).toBe(true);
    expect(one.bits).toEqual(two.bits);
  }, 120_000);
});
