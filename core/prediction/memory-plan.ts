/** Plans threads so that a prediction keeps to a limit of memory. */

import { usageError } from "../base/problem.ts";
import type { DeviceName } from "../tensor/device-name.ts";

/**
 * What a prediction takes on `wasm`, MB: measured on the workbooks of two public data sets, with the shipped
 * weights. Windows of at most 512 × 128 cells bound what a worker of the network grows to.
 *
 * @internal Tests add up what a plan takes; everybody else asks for a plan.
 */
export const MEMORY = {
  /** The program itself, with weights and results. */
  program: 140,
  worker: 160,
  reader: 45,
  /** What is left for sheets of which one at a time is in memory: the least, and enough for most. */
  largeSheet: 30,
  enoughForSheet: 120,
  /** TensorFlow's own library, on the devices that use it. */
  tensorflow: 160,
} as const;

/** What a device takes beside the figures above, MB. */
export function deviceMemory(device: DeviceName): number {
  return device === "native" || device === "cuda" ? MEMORY.tensorflow : 0;
}

/** The threads of a prediction, and what is left for a large sheet. */
export interface MemoryPlan {
  /** Workers of the network; 0 without one, if there is a limit. */
  readonly workers: number | "auto";
  /** Threads that read workbooks. */
  readonly threads: number;
  /** The most that one sheet may take while it is read, bytes. */
  readonly sheetBytes: number;
}

/**
 * Chooses how many threads read and how many workers compute.
 *
 * @param limit MB, the largest size of the process in memory; null for no limit.
 * @param wanted The threads without a limit, which are the most, and what the device takes, MB. Without a
 *   network, no worker is counted.
 * @throws {UserError} Exit code 2 if the limit is too low for one worker and one reading thread.
 */
export function memoryPlan(
  limit: number | null,
  wanted: {
    readonly workers: number | "auto";
    readonly threads: number;
    readonly cores: number;
    readonly device?: number;
    /** @default true */
    readonly hasNetwork?: boolean;
  },
): MemoryPlan {
  const { workers, threads, cores, device = 0, hasNetwork = true } = wanted;
  if (limit === null) return { workers, threads, sheetBytes: Number.POSITIVE_INFINITY };
  const { program, reader, largeSheet, enoughForSheet } = MEMORY;
  const worker = hasNetwork ? MEMORY.worker : 0;
  const least = device + program + worker + reader + largeSheet;
  if (limit < least) {
    const threadsLeft = hasNetwork ? "one thread of the network and one that reads take" : "one thread takes";
    throw usageError({
      message: `Cannot keep to --memory-limit: ${threadsLeft} more`,
      expected: `at least ${least} MB`,
      got: `${limit} MB`,
      fix: `--memory-limit ${least}`,
    });
  }
  const forSheet = Math.min(limit - least + largeSheet, enoughForSheet);
  let left = limit - least + largeSheet - forSheet;
  let [computing, reading] = [hasNetwork ? 1 : 0, 1];
  const most = !hasNetwork ? 0 : workers === "auto" ? cores : workers;
  // The second reader fills the pauses of the first; then each worker is worth more than a reader.
  while (true) {
    const useful = hasNetwork ? Math.min(threads, computing + 1) : threads;
    if (reading < useful && left >= reader) [reading, left] = [reading + 1, left - reader];
    else if (computing < most && left >= worker) [computing, left] = [computing + 1, left - worker];
    else break;
  }
  return { workers: computing, threads: reading, sheetBytes: (left + forSheet) * 2 ** 20 };
}

/** For the help: N cores take about `MEMORY_OF_NO_CORE` + N × `MEMORY_PER_CORE`, MB. */
export const MEMORY_OF_NO_CORE = MEMORY.program + MEMORY.reader + MEMORY.largeSheet;
export const MEMORY_PER_CORE = MEMORY.worker + Math.ceil(MEMORY.reader / 2);
