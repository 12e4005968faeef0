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

/** What to say of more workers than cores, which is allowed; null if there are not. */
export function workersNote(workers: number, cores = availableParallelism()): string | null {
  if (workers <= cores) return null;
  return `note: ${workers} workers share ${cores} ${cores === 1 ? "core" : "cores"}: more memory, no more speed`;
}
