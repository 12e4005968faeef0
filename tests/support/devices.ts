/** The devices whose kernels are tested, and which of them this machine has. */

import { DEVICES, type DeviceName, deviceProblem } from "../../core/tensor/device-name.ts";
import { skipped } from "./skipped.ts";

/** Devices with kernels of the project's own. */
export const FUSED_DEVICES: readonly DeviceName[] = ["wasm", "native"];

/**
 * Devices whose networks are compared with the goldens. `GOLDEN_DEVICES`, with commas, adds others, such as
 * `cuda`, which has no kernels of its own and is not on every machine.
 */
export const GOLDEN_DEVICES: readonly DeviceName[] = [
  ...new Set<DeviceName>([
    "js",
    ...FUSED_DEVICES,
    ...DEVICES.filter((name) => (process.env.GOLDEN_DEVICES ?? "").split(",").includes(name)),
  ]),
].filter((name) => name !== "webgpu");

/** True if tests of a device have to be skipped: it is not set up here. A GPU is never needed. */
export function isMissing(device: DeviceName): boolean {
  const isMissing = deviceProblem(device) !== null;
  if (isMissing) skipped(`tests of ${device}`, `not set up; bun run device setup ${device}`);
  return isMissing;
}
