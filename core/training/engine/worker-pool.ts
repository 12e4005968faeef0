/**
 * The engine over several threads. Each has its own device; weights and gradients lie in shared memory. Sheets go to whoever
 * is free, gradients are added in one order, so the bits are those of a single thread.
 */

import { countParameters } from "../../model/architecture.ts";
import type { Detection, EngineOptions, GradientEngine, LossParts, MicroBatch } from "../gradient-engine.ts";
import type { Answer, SharedArrays, Task } from "./messages.ts";
import { addGradient, processingOrder } from "./order.ts";
import { Slots } from "./slots.ts";
import { WorkerThread } from "./worker-thread.ts";

/**
 * @param workers At least 2.
 * @param script The workers' program, for tests of what happens when one dies.
 * @throws {UserError} If the device cannot be had.
 */
export async function openWorkerPool(
  options: EngineOptions,
  workers: number,
  script: URL = new URL("./worker.ts", import.meta.url),
): Promise<GradientEngine> {
  const { warn = console.warn, ...plain } = options;
  const size = countParameters(options.detector);
  // One gradient a worker in the making and one finished early; more would only take memory.
  const shared: SharedArrays = {
    parameters: sharedFloats(size),
    slots: Array.from({ length: workers + 1 }, () => sharedFloats(size)),
  };
  const open = { kind: "open", options: plain, shared } as const;
  const threads = Array.from({ length: workers }, () => new WorkerThread(open, script, warn));
  const stop = () => {
    for (const thread of threads) thread.stop();
  };
  let device: string;
  try {
    [device] = (await Promise.all(threads.map((thread) => thread.start()))) as [string];
  } catch (error) {
    stop();
    throw error;
  }
  return {
    device: `${device}, ${workers} workers`,
    workers,
    setParameters(flat) {
      shared.parameters.set(flat);
      for (const thread of threads) thread.parametersChanged();
    },
    gradient: (step, into) => sumGradients(threads, shared, step, into),
    detect: (sheets, { withLoss }) => detectAll(threads, sheets, withLoss),
    memory: () =>
      threads.reduce(
        (sum, { memory }) => ({
          numTensors: sum.numTensors + memory.numTensors,
          bytes: sum.bytes + memory.bytes,
        }),
        { numTensors: 0, bytes: 0 },
      ),
    async dispose() {
      stop();
    },
  };
}

async function sumGradients(
  threads: readonly WorkerThread[],
  { slots }: SharedArrays,
  step: readonly MicroBatch[],
  into: Float32Array,
): Promise<LossParts[]> {
  const order = processingOrder(step);
  const losses = new Array<LossParts>(step.length);
  const places = new Slots(slots.length);
  const finished = new Map<number, number>(); // position in `order` → slot
  let added = 0;
  await spread(threads, order.length, async (thread, position) => {
    try {
      const slot = await places.take();
      const index = order[position]!;
      const answer = await thread.run({ kind: "gradient", microBatch: step[index]!, slot });
      losses[index] = (answer as Extract<Answer, { kind: "gradient" }>).loss;
      finished.set(position, slot);
    } catch (error) {
      places.abandon(error);
      throw error;
    }
    for (let next = finished.get(added); next !== undefined; next = finished.get(added)) {
      if (added === 0) into.set(slots[next]!);
      else addGradient(slots[next]!, into);
      finished.delete(added++);
      places.give(next);
    }
  });
  return losses;
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
 * Runs pieces 0 … count − 1, begun in this order, each on the next free thread. After a failure no new piece begins; those
 * under way are awaited, then the first failure is thrown.
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

function sharedFloats(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(4 * length));
}
