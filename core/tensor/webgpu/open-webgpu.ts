/** Opens the WebGPU backend of TensorFlow.js on Dawn. */

import * as tf from "@tensorflow/tfjs-core";
import { UserError } from "../../base/problem.ts";
import { adapterName, requestAdapter } from "./adapter.ts";
import { WEBGPU_BACKEND } from "./backend-name.ts";
import { GpuWatch } from "./gpu-watch.ts";
import { registerWebGpuKernels } from "./register.ts";

/** The opened runtime. */
export interface WebGpuRuntime {
  /** The name of the adapter: "NVIDIA H200 (nvidia, hopper)". */
  readonly adapter: string;
  readonly watch: GpuWatch;
}

/** The part of the backend that is used here, with what the project attaches to it. */
interface OpenedBackend extends tf.KernelBackend {
  readonly runtime: WebGpuRuntime;
}

interface BackendPackage {
  WebGPUBackend: new (device: GPUDevice, info: GPUAdapterInfo) => tf.KernelBackend;
}

/**
 * Limits that are raised to those of the adapter: large sheets need large buffers, concatenations read many
 * at once.
 */
const LIMITS = [
  "maxBufferSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
  "maxComputeWorkgroupStorageSize",
  "maxComputeWorkgroupsPerDimension",
  "maxStorageBufferBindingSize",
  "maxStorageBuffersPerShaderStage",
] as const satisfies readonly (keyof GPUSupportedLimits)[];

/**
 * Opens the fastest GPU and makes it the backend in use. A second call only makes it the backend again, or
 * opens it anew if its device was lost.
 *
 * @throws {UserError} If a package is missing or there is no GPU. Software adapters need
 * WEBGPU_ALLOW_SOFTWARE=1.
 */
export async function openWebGpu(): Promise<WebGpuRuntime> {
  const known = openedRuntime();
  if (known?.watch.lost) tf.removeBackend(WEBGPU_BACKEND);
  else if (known) {
    await tf.setBackend(WEBGPU_BACKEND);
    return known;
  }
  const adapter = await requestAdapter();
  const requiredLimits = Object.fromEntries(LIMITS.map((name) => [name, adapter.limits[name] as number]));
  const device = await adapter.requestDevice({ requiredLimits }).catch((cause: Error) => {
    throw cannotUse(cause.message, cause);
  });
  const runtime = { adapter: adapterName(adapter.info), watch: new GpuWatch(device) };
  // A variable, as an absent package has no types either.
  const name: string = "@tensorflow/tfjs-backend-webgpu";
  const { WebGPUBackend } = (await import(name)) as BackendPackage;
  // The package registers a factory that takes any adapter and requests another device.
  if (tf.engine().registryFactory[WEBGPU_BACKEND]) tf.removeBackend(WEBGPU_BACKEND);
  tf.registerBackend(WEBGPU_BACKEND, () => {
    return Object.assign(new WebGPUBackend(device, adapter.info), { runtime });
  });
  registerWebGpuKernels(WEBGPU_BACKEND);
  if (await tf.setBackend(WEBGPU_BACKEND)) return runtime;
  throw cannotUse(`it refuses ${runtime.adapter}`);
}

function cannotUse(got: string, cause?: unknown): UserError {
  return new UserError(
    {
      message: "Cannot use the device webgpu",
      expected: "a GPU that Dawn and TensorFlow.js can use",
      got,
      fix: "install the current driver of your GPU; or training.device: cpu",
    },
    { cause },
  );
}

function openedRuntime(): WebGpuRuntime | null {
  const backend = tf.engine().registry[WEBGPU_BACKEND] as OpenedBackend | undefined;
  return backend?.runtime ?? null;
}
