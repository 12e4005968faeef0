/** Opens a device: its package is loaded and TensorFlow.js uses it from then on, in this thread. */

import * as tf from "@tensorflow/tfjs-core";
import { UserError } from "../problem.ts";
import { chooseDevice, type DeviceName } from "./device-name.ts";

/** An open device. */
export interface Device {
  readonly name: DeviceName;
  /** The name with its details, one line: "wasm (TensorFlow.js 4.22.0, SIMD kernels)". */
  readonly description: string;
}

/**
 * @param name auto, cpu, cuda, native, webgpu, mps, wasm or js; see `chooseDevice`.
 * @throws {UserError} If the device is unknown, missing or does not start. `auto` and `cpu` go on to the next one.
 */
export async function openDevice(name: string): Promise<Device> {
  const device = await chooseDevice(name);
  tf.enableProdMode(); // no advice on the console, no checks of what the network's own tests check
  // The package's main entry has the operations without their gradients.
  await import("@tensorflow/tfjs-core/dist/register_all_gradients.js");
  switch (device) {
    case "cuda":
    case "native": {
      const { openNative } = await import("./native/open-native.ts");
      const { version } = await openNative({ device });
      return {
        name: device,
        description: `${device} (TensorFlow ${version}, TensorFlow.js ${tf.version_core})`,
      };
    }
    case "webgpu":
      return openWebGpu(name);
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

/** Dawn gives `navigator.gpu`, which has to be there before the backend is loaded. */
async function openWebGpu(asked: string): Promise<Device> {
  // Names in variables: the packages are optional, and types are there only where they are installed.
  const [dawn, backend] = ["webgpu", "@tensorflow/tfjs-backend-webgpu"];
  const { create, globals } = (await import(dawn)) as { create(options: string[]): unknown; globals: object };
  Object.assign(globalThis, globals);
  Object.defineProperty(navigator, "gpu", { value: create([]), configurable: true });
  await import(backend);
  await use("webgpu");
  const note = asked === "mps" ? ", asked for as mps" : "";
  return { name: "webgpu", description: `webgpu (Dawn, TensorFlow.js ${tf.version_core}${note})` };
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
