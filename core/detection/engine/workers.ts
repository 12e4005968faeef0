/** The number of threads that share the sheets of a step. */

import { availableParallelism } from "node:os";
import type { DeviceName } from "../../tensor/device-name.ts";

/** Devices that are a single piece of hardware, for which several workers bring no speed. */
const SINGLE: ReadonlySet<DeviceName> = new Set(["cuda", "webgpu"]);

/** @param requested A number from 1, which may exceed the number of cores, or `auto` for one per core. */
export function resolveWorkers(requested: number | "auto", device: DeviceName): number {
  if (SINGLE.has(device)) return 1;
  return requested === "auto" ? availableParallelism() : requested;
}

/** A note for the user if there are more workers than cores; null otherwise. */
export function workersNote(workers: number, cores = availableParallelism()): string | null {
  if (workers <= cores) return null;
  const shared = `${cores} ${cores === 1 ? "core" : "cores"}`;
  return `note: ${workers} workers share ${shared}: more memory, no more speed`;
}
