/** Devices by name, and which of them this machine has. */

import { type Problem, UserError } from "../base/problem.ts";
import { nativeAvailability } from "./native/availability.ts";
import { webgpuProblem } from "./webgpu/availability.ts";

/** What tensors can live on: TensorFlow on a GPU, WebGPU, TensorFlow on the CPU, WebAssembly, plain JavaScript. */
export type DeviceName = "cuda" | "webgpu" | "native" | "wasm" | "js";

/** All devices, best first. */
export const DEVICES: readonly DeviceName[] = ["cuda", "webgpu", "native", "wasm", "js"];

/** What `cpu` chooses among, best first. */
const CPU_DEVICES: readonly DeviceName[] = ["native", "wasm", "js"];

/** Names a user can give. */
const DEVICE_CHOICES = ["auto", "cpu", ...DEVICES, "mps"] as const;

/** Why a device cannot be had here; null if, as far as can be told without loading it, it can. */
export function deviceProblem(name: DeviceName): Problem | null {
  if (name === "wasm" || name === "js") return null;
  if (name === "webgpu") return webgpuProblem();
  const availability = nativeAvailability(name);
  return availability.available ? null : availability.problem;
}

/**
 * The device that a name stands for: `auto` is the first that can be had (webgpu only on hardware), `cpu` the best of those
 * on the CPU, `mps` (PyTorch's name for Apple's GPUs) is `webgpu`.
 *
 * @param failed Devices that did not start: `auto` and `cpu` leave them out.
 * @throws {UserError} Exit code 2 for an unknown name; 1 for a device that cannot be had here.
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
    throw new UserError(
      { message: "Cannot use training.device", expected: `one of ${DEVICE_CHOICES.join(", ")}`, got: name },
      { exitCode: 2 },
    );
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

/** A GPU that the kernel drives may still have no driver that Dawn can use: only Dawn tells. */
async function hasHardwareAdapter(): Promise<boolean> {
  const { requestAdapter } = await import("./webgpu/adapter.ts");
  return requestAdapter({ software: false }).then(
    () => true,
    () => false,
  );
}
