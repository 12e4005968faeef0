/** Tests that unused buffers of a GPU are freed, and that software adapters are recognised. */

import { expect, test } from "bun:test";
import * as tf from "@tensorflow/tfjs-core";
import { openDevice } from "../../../core/tensor/device.ts";
import { isSoftwareAdapter } from "../../../core/tensor/webgpu/adapter.ts";
import { gpuMemory, releaseFreeBuffers } from "../../../core/tensor/webgpu/gpu-memory.ts";
import { hasVulkan } from "../../support/software-gpu.ts";

test.skipIf(!hasVulkan)(
  "releaseFreeBuffers() keeps unused buffers up to its limit, then gives all of them back",
  async () => {
    await openDevice("webgpu");
    releaseFreeBuffers(0);
    const start = gpuMemory();
    const doubled = tf.tidy(() => tf.mul(tf.ones([1000, 1000]), 2));
    await doubled.data();
    doubled.dispose();
    const pooled = gpuMemory();
    expect(pooled.used).toBe(start.used);
    expect(pooled.allocated).toBeGreaterThanOrEqual(start.allocated + 4_000_000);
    releaseFreeBuffers(2 ** 30);
    expect(gpuMemory()).toEqual(pooled);
    releaseFreeBuffers(1_000_000);
    expect(gpuMemory().allocated).toBe(gpuMemory().used);
  },
);

test("isSoftwareAdapter() knows drivers that compute on the CPU by Dawn's word and by their names", () => {
  const info = { vendor: "", architecture: "", device: "", description: "", isFallbackAdapter: false };
  expect(isSoftwareAdapter({ ...info, vendor: "nvidia", description: "NVIDIA H200" })).toBe(false);
  expect(isSoftwareAdapter({ ...info, vendor: "apple", architecture: "metal-3" })).toBe(false);
  expect(isSoftwareAdapter({ ...info, isFallbackAdapter: true })).toBe(true);
  expect(isSoftwareAdapter({ ...info, vendor: "google", architecture: "swiftshader" })).toBe(true);
  expect(isSoftwareAdapter({ ...info, description: "llvmpipe (LLVM 15.0.6, 256 bits)" })).toBe(true);
  expect(isSoftwareAdapter({ ...info, description: "Microsoft Basic Render Driver" })).toBe(true);
});
