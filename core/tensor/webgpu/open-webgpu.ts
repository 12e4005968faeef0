/** TensorFlow.js's WebGPU backend on Dawn. */

import * as tf from "@tensorflow/tfjs-core";
import { UserError } from "../../base/problem.ts";
import { adapterName, requestAdapter } from "./adapter.ts";
import { WEBGPU_BACKEND } from "./backend-name.ts";
import { GpuWatch } from "./gpu-watch.ts";
import { registerWebGpuKernels } from "./register.ts";

/** What was opened. */
export interface WebGpuRuntime {
  /** "NVIDIA H200 (nvidia, hopper)". */
  readonly adapter: string;
  readonly watch: GpuWatch;
}

/** The backend, as far as it is used here, with what the project hangs on it. */
interface OpenedBackend extends tf.KernelBackend {
  readonly runtime: WebGpuRuntime;
}

interface BackendPackage {
  WebGPUBackend: new (device: GPUDevice, info: GPUAdapterInfo) => tf.KernelBackend;
}

/** Whatever the adapter has of these: large sheets need large buffers, and a concatenation reads many at once. */
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
 * Opens the fastest GPU and makes it the backend in use. Calling it again only makes it the backend again, unless its
 * device was lost: then it is opened anew.
 *
 * @throws {UserError} If a package is missing, or there is no GPU (a software adapter only with WEBGPU_ALLOW_SOFTWARE=1).
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
  const name: string = "@tensorflow/tfjs-backend-webgpu"; // a variable: where it is absent, its types are too
  const { WebGPUBackend } = (await import(name)) as BackendPackage;
  // The package registers a factory that takes any adapter, and asks for a device of its own.
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
      fix: "your GPU's current driver; else training.device: cpu",
    },
    { cause },
  );
}

function openedRuntime(): WebGpuRuntime | null {
  const backend = tf.engine().registry[WEBGPU_BACKEND] as OpenedBackend | undefined;
  return backend?.runtime ?? null;
}
