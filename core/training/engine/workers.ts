/** How many threads share the sheets of a step. */

import { availableParallelism } from "node:os";
import type { DeviceName } from "../../tensor/device-name.ts";

/** Devices that are one piece of hardware, and see no gain from several owners. */
const SINGLE: ReadonlySet<DeviceName> = new Set(["cuda", "webgpu"]);

/** @param requested A number from 1, or `auto`: one a core. More than there are cores is allowed. */
export function resolveWorkers(requested: number | "auto", device: DeviceName): number {
  if (SINGLE.has(device)) return 1;
  return requested === "auto" ? availableParallelism() : requested;
}
