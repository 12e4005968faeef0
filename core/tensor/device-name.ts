/** The names of devices, and the choice among those that this machine has. */

import { DEVICE_CHOICES } from "../base/device-choices.ts";
import { type Problem, UserError, usageError } from "../base/problem.ts";
import { nativeAvailability } from "./native/availability.ts";
import { webgpuProblem } from "./webgpu/availability.ts";

/** The devices: TensorFlow on a GPU, WebGPU, TensorFlow on the CPU, WebAssembly, plain JavaScript. */
export type DeviceName = "cuda" | "webgpu" | "native" | "wasm" | "js";

/** All devices, best first. */
export const DEVICES: readonly DeviceName[] = ["cuda", "webgpu", "native", "wasm", "js"];

/** The devices that `cpu` stands for, best first. */
const CPU_DEVICES: readonly DeviceName[] = ["native", "wasm", "js"];

/** Why a device is not available; null if nothing is known to be missing. The device is not loaded. */
export function deviceProblem(name: DeviceName): Problem | null {
  if (name === "wasm" || name === "js") return null;
  if (name === "webgpu") return webgpuProblem();
  const availability = nativeAvailability(name);
  return availability.available ? null : availability.problem;
}

/**
 * The device that a name stands for. `auto` is the best available device (webgpu only on hardware), `cpu`
 * the best available one on the CPU, and `mps`, PyTorch's name for Apple's GPUs, is `webgpu`.
 *
 * @param failed Devices that did not start: `auto` and `cpu` skip them.
 * @throws {UserError} With exit code 2 for an unknown name, and 1 for a device that is not available.
 */
export async function chooseDevice(
  name: string,
  failed: ReadonlySet<DeviceName> = new Set(),
): Promise<DeviceName> {
  const untried = (devices: readonly DeviceName[]) => devices.filter((device) => !failed.has(device));
  if (name === "auto") return firstOf(untried(DEVICES));
  if (name === "cpu") return firstOf(untried(CPU_DEVICES));
  const device = name === "mps" ? "webgpu" : DEVICES.find((known) => known === name);
  if (device === undefined) {
    const expected = `one of ${DEVICE_CHOICES.join(", ")}`;
    throw usageError({ message: "Cannot use the device", expected, got: name, fix: "auto" });
  }
  const problem = deviceProblem(device);
  if (problem !== null) throw new UserError(problem);
  return device;
}

async function firstOf(devices: readonly DeviceName[]): Promise<DeviceName> {
  for (const device of devices) {
    if (deviceProblem(device) === null && (device !== "webgpu" || (await hasHardwareAdapter())))
      return device;
  }
  return "js";
}

/** Whether Dawn finds a GPU. The kernel may drive a GPU for which Dawn has no driver. */
async function hasHardwareAdapter(): Promise<boolean> {
  const { requestAdapter } = await import("./webgpu/adapter.ts");
  return requestAdapter({ software: false }).then(
    () => true,
    () => false,
  );
}
