/** Opens the engine on a device, with several workers where they make it faster. */

import { UserError } from "../base/problem.ts";
import type { RankGroup } from "../ranks/rank-group.ts";
import { chooseDevice, type DeviceName } from "../tensor/device-name.ts";
import type { ChainEngine, EngineOptions, GradientEngine } from "./engine/gradient-engine.ts";
import { openWorkerPool } from "./engine/worker-pool.ts";
import { resolveWorkers, workersNote } from "./engine/workers.ts";

/**
 * Opens the configured device, with a pool of workers on it where that makes it faster.
 *
 * @throws {UserError} If the device is unknown or does not start here; the message names what is missing.
 */
export function openEngine(options: EngineOptions): Promise<GradientEngine> {
  return onFirstDevice(options, openOn);
}

/**
 * Opens the configured device on every rank, which share each step.
 *
 * @param group Of rank 0; the others are in `serveRank`.
 * @throws {UserError} As `openEngine`, also for what happens on another rank, which it names.
 */
export async function openRankedEngine(options: EngineOptions, group: RankGroup): Promise<GradientEngine> {
  const { RankedEngine } = await import("./engine/ranked-engine.ts");
  const { device, engine } = await onFirstDevice(options, async (device, options) => ({
    device,
    engine: await openRankPool(device, options, group),
  }));
  return RankedEngine.open(engine, { ...options, device }, group);
}

/**
 * The threads of one rank. They are threads even where one is enough, so that the rank itself hears messages.
 *
 * @throws {UserError} If the device does not start, or is one that ranks cannot share a step on.
 */
export async function openRankPool(
  device: DeviceName,
  options: EngineOptions,
  { workers }: Pick<RankGroup, "workers">,
): Promise<ChainEngine> {
  if (device === "webgpu") {
    throw new UserError({
      message: "Several ranks cannot train on the device webgpu",
      expected: "a device whose gradients add up in lanes: native, wasm, js or cuda",
      got: "webgpu",
      fix: "training.device: cpu",
    });
  }
  return openWorkerPool(
    { ...options, device },
    resolveWorkers(options.workers === "auto" ? workers : options.workers, device),
  );
}

/** Opens the device; of `auto` and `cpu` the first one that starts. */
async function onFirstDevice<T>(
  options: EngineOptions,
  open: (device: DeviceName, options: EngineOptions) => Promise<T>,
): Promise<T> {
  const { warn = console.warn } = options;
  const failed = new Set<DeviceName>();
  for (;;) {
    const device = await chooseDevice(options.device, failed);
    try {
      return await open(device, options);
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
