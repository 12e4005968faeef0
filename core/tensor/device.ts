/** Opens devices for computation. */

import * as tf from "@tensorflow/tfjs-core";
import { UserError } from "../base/problem.ts";
import { chooseDevice, type DeviceName } from "./device-name.ts";
import type { GpuWatch } from "./webgpu/gpu-watch.ts";

/** An open device. */
export interface Device {
  readonly name: DeviceName;
  /** The name and its details in one line: "wasm (TensorFlow.js 4.22.0, SIMD kernels)". */
  readonly description: string;
  /**
   * Watches for asynchronous failures of a GPU: loss of the device, lack of memory. Absent on other
   * devices.
   */
  readonly watch?: GpuWatch;
}

/**
 * Opens a device: loads its package and makes TensorFlow.js use it in this thread from then on.
 *
 * @param name auto, cpu, cuda, native, webgpu, mps, wasm or js; see `chooseDevice`.
 * @param options.gradients False: gradients are not needed, and their part of TensorFlow.js is not loaded.
 * @throws {UserError} If the device is unknown, missing or does not start. `auto` and `cpu` skip missing
 * devices.
 */
export async function openDevice(
  name: string,
  { gradients = true }: { readonly gradients?: boolean } = {},
): Promise<Device> {
  const device = await chooseDevice(name);
  tf.enableProdMode(); // no advice on the console, and no checks that the project's tests make
  // The main entry of the package has the operations without their gradients.
  if (gradients) await import("@tensorflow/tfjs-core/dist/register_all_gradients.js");
  switch (device) {
    case "cuda":
    case "native": {
      const { openNative } = await import("./native/open-native.ts");
      const { version, withoutKernels } = await openNative({ device });
      const kernels = withoutKernels === null ? "fused kernels" : `slower: ${withoutKernels}`;
      const versions = `TensorFlow ${version}, TensorFlow.js ${tf.version_core}`;
      return { name: device, description: `${device} (${versions}, ${kernels})` };
    }
    case "webgpu": {
      const { openWebGpu } = await import("./webgpu/open-webgpu.ts");
      const { adapter, watch } = await openWebGpu();
      const note = name === "mps" ? ", asked for as mps" : "";
      return {
        name: device,
        description: `webgpu (${adapter}, TensorFlow.js ${tf.version_core}${note})`,
        watch,
      };
    }
    case "wasm": {
      await import("@tensorflow/tfjs-backend-wasm");
      await use("wasm");
      const { registerWasmKernels } = await import("./wasm/register.ts");
      registerWasmKernels();
      return { name: device, description: `wasm (TensorFlow.js ${tf.version_core}, SIMD kernels)` };
    }
    case "js":
      await import("@tensorflow/tfjs-backend-cpu");
      await use("cpu");
      return { name: device, description: `js (TensorFlow.js ${tf.version_core}, plain JavaScript)` };
  }
}

async function use(backend: string): Promise<void> {
  const started = await tf.setBackend(backend);
  await tf.ready();
  if (started) return;
  throw new UserError({
    message: `Cannot start the device ${backend}`,
    expected: "a backend that TensorFlow.js can use here",
    got: "a refusal",
    fix: "training.device: cpu",
  });
}
