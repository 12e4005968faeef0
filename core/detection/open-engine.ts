/** Opens the engine on a device, with several workers where they make it faster. */

import { UserError } from "../base/problem.ts";
import { chooseDevice, type DeviceName } from "../tensor/device-name.ts";
import type { EngineOptions, GradientEngine } from "./engine/gradient-engine.ts";
import { openWorkerPool } from "./engine/worker-pool.ts";
import { resolveWorkers, workersNote } from "./engine/workers.ts";

/**
 * Opens the configured device, with a pool of workers on it where that makes it faster.
 *
 * @throws {UserError} If the device is unknown or does not start here; the message names what is missing.
 */
export async function openEngine(options: EngineOptions): Promise<GradientEngine> {
  const { warn = console.warn } = options;
  const failed = new Set<DeviceName>();
  for (;;) {
    const device = await chooseDevice(options.device, failed);
    try {
      return await openOn(device, options);
    } catch (error) {
      // A device that was named has to start; with `auto` and `cpu` the next one is tried.
      const chosen = options.device !== "auto" && options.device !== "cpu";
      if (chosen || device === "js" || !(error instanceof UserError)) throw error;
      failed.add(device);
      warn(`note: the device ${device} does not start here, the next one is tried\n${error.message}`);
    }
  }
}

/** TensorFlow.js is loaded only where it computes: with a pool, that is in the workers alone. */
async function openOn(device: DeviceName, options: EngineOptions): Promise<GradientEngine> {
  if (device === "webgpu") return (await import("./engine/gpu-engine.ts")).openGpuEngine(options);
  const workers = resolveWorkers(options.workers, device);
  const note = workersNote(workers);
  if (note) (options.warn ?? console.warn)(note);
  if (workers > 1 || options.apart) return openWorkerPool({ ...options, device }, workers);
  return (await import("./engine/local-engine.ts")).openLocalEngine({ ...options, device });
}
