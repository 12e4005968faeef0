/** Tests the choice of devices by name, their opening, and the number of workers. */

import { describe, expect, test } from "bun:test";
import * as tf from "@tensorflow/tfjs-core";
import { resolveWorkers, workersNote } from "../../core/detection/engine/workers.ts";
import { openDevice } from "../../core/tensor/device.ts";
import { chooseDevice, DEVICES, deviceProblem } from "../../core/tensor/device-name.ts";
import { registerWasmKernels } from "../../core/tensor/wasm/register.ts";

describe("chooseDevice()", () => {
  test("cpu stands for the first of native, wasm and js that is available", async () => {
    const onCpu = (["native", "wasm", "js"] as const).filter((name) => deviceProblem(name) === null);
    expect(await chooseDevice("cpu")).toBe(onCpu[0]!);
  });

  test("auto stands for a device that is available", async () => {
    expect(deviceProblem(await chooseDevice("auto"))).toBeNull();
  });

  test("always has wasm and js", async () => {
    expect([await chooseDevice("wasm"), await chooseDevice("js")]).toEqual(["wasm", "js"]);
  });

  test("says of a device that cannot be had what is missing and how to get it", async () => {
    for (const name of DEVICES) {
      if (deviceProblem(name) === null) continue;
      const error = await chooseDevice(name).then(
        () => null,
        (error: Error) => error,
      );
      expect(error?.message).toMatch(/expected.*\n.*got.*\n.*fix/);
    }
  });
});

describe("openDevice()", () => {
  test("describes what it opened, and opens it again without harm", async () => {
    for (let again = 0; again < 2; again++) {
      expect(await openDevice("wasm")).toMatchObject({
        name: "wasm",
        description: expect.stringContaining("wasm ("),
      });
      expect(tf.getBackend()).toBe("wasm");
    }
    expect((await openDevice("js")).name).toBe("js");
    expect(tf.getBackend()).toBe("cpu");
    await openDevice("wasm");
  });
});

test("registerWasmKernels() does nothing the second time", async () => {
  await openDevice("wasm");
  const kernels = tf.getKernelsForBackend("wasm").length;
  registerWasmKernels();
  expect(tf.getKernelsForBackend("wasm").length).toBe(kernels);
});

test("resolveWorkers() gives single hardware one worker, and others what was asked or one per core", () => {
  expect(resolveWorkers(4, "cuda")).toBe(1);
  expect(resolveWorkers("auto", "webgpu")).toBe(1);
  expect(resolveWorkers(3, "wasm")).toBe(3);
  expect(resolveWorkers("auto", "wasm")).toBeGreaterThanOrEqual(1);
});

test("workersNote() says when there are more workers than cores", () => {
  expect(workersNote(3, 2)).toContain("3 workers share 2 cores");
  expect(workersNote(2, 2)).toBeNull();
});
