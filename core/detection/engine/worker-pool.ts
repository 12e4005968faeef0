/**
 * The engine over several threads, each with its own device. Weights and gradients lie in shared memory. A
 * micro-batch goes to the next free thread, and gradients are added up in lanes, whose order depends on the
 * sheets alone: the bits are those of a single thread.
 */

import { isShared, sharedFloats } from "../../base/shared-floats.ts";
import type { LossParts } from "../../loss/loss-parts.ts";
import { countParameters } from "../../model/architecture.ts";
import { Accumulation } from "./accumulation.ts";
import type { ChainEngine, Detection, EngineOptions, MicroBatch } from "./gradient-engine.ts";
import { dealOut, maxLanes, sumLanes } from "./lanes.ts";
import type { Answer, SharedArrays, Task } from "./messages.ts";
import { processingOrder } from "./order.ts";
import { SliceThreads } from "./slice-threads.ts";
import { learnOnThreads } from "./threads-learning.ts";
import { WorkerThread } from "./worker-thread.ts";

/**
 * Opens the engine with `workers` threads.
 *
 * Life cycle: every thread opens its own device before the promise resolves; if one fails, all are stopped.
 * A thread that dies later is started again once (see `WorkerThread`). Disposal stops all threads at once,
 * and work that is under way is rejected.
 *
 * @param workers At least 1.
 * @param script The program of the workers, which tests replace by one that dies.
 * @throws {UserError} If the device does not start.
 */
export async function openWorkerPool(
  options: EngineOptions,
  workers: number,
  script: URL = new URL("./worker.ts", import.meta.url),
): Promise<ChainEngine> {
  const { warn = console.warn, ...plain } = options;
  const size = countParameters(options.detector);
  // All lanes, or one place for each worker's gradient and one more for a gradient that has to wait for its
  // lane.
  const places = Math.max(maxLanes(size), workers + 1);
  const shared: SharedArrays = {
    places: Array.from({ length: places }, () => sharedFloats(size)),
    writing: new Int32Array(new SharedArrayBuffer(4 * places)),
  };
  const open = { kind: "open", options: plain, shared } as const;
  const threads = Array.from({ length: workers }, () => new WorkerThread(open, script, warn));
  const stop = async () => {
    for (const thread of threads) thread.stop();
  };
  const slices = new SliceThreads(threads);
  let copiedWeights: Float32Array | null = null;
  let device: string;
  try {
    device = await startAll(threads, options.device === "native");
  } catch (error) {
    await stop();
    throw error;
  }
  const engine: ChainEngine = {
    device: `${device}, ${workers} workers`,
    workers,
    setParameters(flat) {
      let weights = flat;
      if (!isShared(flat)) {
        weights = copiedWeights ??= sharedFloats(size);
        weights.set(flat);
      }
      const part = slices.partOf(weights);
      for (const thread of threads) thread.parametersChanged(part);
    },
    async gradient(step, into) {
      const lanes = dealOut(step, maxLanes(size));
      const { losses, sums } = await sumChains(threads, shared, step, lanes);
      sumLanes(sums, into);
      return losses;
    },
    learn: (learner) => learnOnThreads(engine, learner),
    chainSums: (step, chains) => sumChains(threads, shared, step, chains),
    onSlice: (task, offsets) => slices.run(task, offsets),
    detect: (sheets, { withLoss }) => detectAll(threads, sheets, withLoss),
    memory: () =>
      threads.reduce(
        (sum, { memory }) => ({
          numTensors: sum.numTensors + memory.numTensors,
          bytes: sum.bytes + memory.bytes,
        }),
        { numTensors: 0, bytes: 0 },
      ),
    dispose: stop,
    [Symbol.asyncDispose]: stop,
  };
  return engine;
}

/**
 * Starts the threads.
 *
 * @param inTurn Whether they start one after the other. A native library sets up state of the whole
 *   process, and several threads must not do so at the same time (see
 *   core/tensor/native/attribute-names.ts).
 * @returns The description of the device.
 * @throws The error of the thread that did not start.
 */
async function startAll(threads: readonly WorkerThread[], inTurn: boolean): Promise<string> {
  const [first, ...others] = threads as [WorkerThread, ...WorkerThread[]];
  if (!inTurn) return (await Promise.all(threads.map((thread) => thread.start())))[0]!;
  const device = await first.start();
  for (const thread of others) await thread.start();
  return device;
}

async function sumChains(
  threads: readonly WorkerThread[],
  { places }: SharedArrays,
  step: readonly MicroBatch[],
  chains: readonly (readonly number[])[],
): Promise<{ losses: LossParts[]; sums: readonly Float32Array[] }> {
  const chained = new Set(chains.flat());
  const order = processingOrder(step).filter((index) => chained.has(index));
  const accumulation = new Accumulation(chains, order, places);
  const losses = new Array<LossParts>(step.length);
  const failures: unknown[] = [];
  const work = async (thread: WorkerThread) => {
    for (let piece = await accumulation.next(); piece !== null; piece = await accumulation.next()) {
      const { index, place, add } = piece;
      try {
        const answer = await thread.run({ kind: "gradient", microBatch: step[index]!, place, add });
        losses[index] = (answer as Extract<Answer, { kind: "gradient" }>).loss;
        accumulation.finished(piece);
      } catch (error) {
        failures.push(error);
        accumulation.close();
      }
    }
  };
  await Promise.all(threads.map(work));
  if (failures.length > 0) throw failures[0];
  return { losses, sums: places.slice(0, chains.length) };
}

async function detectAll(
  threads: readonly WorkerThread[],
  sheets: readonly MicroBatch[],
  withLoss: boolean,
): Promise<Detection[][]> {
  const order = processingOrder(sheets);
  const detections = new Array<Detection[]>(sheets.length);
  await spread(threads, order.length, async (thread, position) => {
    const index = order[position]!;
    const task: Task = { kind: "detect", microBatch: sheets[index]!, withLoss };
    const answer = await thread.run(task);
    detections[index] = (answer as Extract<Answer, { kind: "detections" }>).detections;
  });
  return detections;
}

/**
 * Runs the pieces 0 … count − 1, which begin in this order, each on the next free thread. After a failure
 * no new piece begins. The pieces under way are awaited, then the first failure is thrown.
 */
async function spread(
  threads: readonly WorkerThread[],
  count: number,
  run: (thread: WorkerThread, piece: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const failures: unknown[] = [];
  await Promise.all(
    threads.map(async (thread) => {
      while (next < count && failures.length === 0) {
        const piece = next++;
        try {
          await run(thread, piece);
        } catch (error) {
          failures.push(error);
        }
      }
    }),
  );
  if (failures.length > 0) throw failures[0];
}
