/** Devices by name, and which of them this machine has, told without loading any. */

import { createRequire } from "node:module";
import { type Problem, UserError } from "../problem.ts";
import { nativeAvailability } from "./native/availability.ts";

/** What tensors can live on: TensorFlow on a GPU, WebGPU, TensorFlow on the CPU, WebAssembly, plain JavaScript. */
export type DeviceName = "cuda" | "webgpu" | "native" | "wasm" | "js";

/** All devices, best first. */
export const DEVICES: readonly DeviceName[] = ["cuda", "webgpu", "native", "wasm", "js"];

/** What `cpu` chooses among, best first. */
const CPU_DEVICES: readonly DeviceName[] = ["native", "wasm", "js"];

/** Names a user can give. */
export const DEVICE_CHOICES = ["auto", "cpu", ...DEVICES, "mps"] as const;

/** Packages that the WebGPU device needs and the project does not install by itself. */
export const WEBGPU_PACKAGES = ["webgpu", "@tensorflow/tfjs-backend-webgpu"] as const;

/** Why a device cannot be had here; null if, as far as can be told without loading it, it can. */
export function deviceProblem(name: DeviceName): Problem | null {
  if (name === "wasm" || name === "js") return null;
  if (name === "webgpu") return webgpuProblem();
  const availability = nativeAvailability(name);
  return availability.available ? null : availability.problem;
}

/**
 * The device that a name stands for: `auto` is the first that can be had, `cpu` the best of those on the CPU, `mps`
 * (PyTorch's name for Apple's GPUs) is `webgpu`.
 *
 * @throws {UserError} Exit code 2 for an unknown name; 1 for a device that cannot be had here.
 */
export function chooseDevice(name: string): DeviceName {
  if (name === "auto") return DEVICES.find((device) => deviceProblem(device) === null)!;
  if (name === "cpu") return CPU_DEVICES.find((device) => deviceProblem(device) === null)!;
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

function webgpuProblem(): Problem | null {
  const { resolve } = createRequire(import.meta.url);
  const missing = WEBGPU_PACKAGES.filter((name) => {
    try {
      resolve(name);
      return false;
    } catch {
      return true;
    }
  });
  if (missing.length === 0) return null;
  return {
    message: "Cannot use the device webgpu",
    expected: `the packages ${WEBGPU_PACKAGES.join(" and ")}`,
    got: `${missing.join(" and ")} not installed`,
    fix: `bun add --exact ${missing.join(" ")}`,
  };
}
