/**
 * The engine over several threads. Each has its own device; weights and gradients lie in shared memory. Sheets go to whoever
 * is free and add up in lanes, whose order depends on the sheets alone, so the bits are those of a single thread.
 */

import type { LossParts } from "../../loss/loss-parts.ts";
import { countParameters } from "../../model/architecture.ts";
import { Accumulation } from "./accumulation.ts";
import type { Detection, EngineOptions, GradientEngine, MicroBatch } from "./gradient-engine.ts";
import { dealOut, maxLanes, sumLanes } from "./lanes.ts";
import type { Answer, SharedArrays, Task } from "./messages.ts";
import { processingOrder } from "./order.ts";
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
  // The lanes, and for many workers enough that each has one gradient in the making and one more is finished early.
  const places = Math.max(maxLanes(size), workers + 1);
  const shared: SharedArrays = {
    parameters: sharedFloats(size),
    places: Array.from({ length: places }, () => sharedFloats(size)),
    writing: new Int32Array(new SharedArrayBuffer(4 * places)),
  };
  const open = { kind: "open", options: plain, shared } as const;
  const threads = Array.from({ length: workers }, () => new WorkerThread(open, script, warn));
  const stop = async () => {
    for (const thread of threads) thread.stop();
  };
  let device: string;
  try {
    device = await startAll(threads, options.device === "native");
  } catch (error) {
    await stop();
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
    dispose: stop,
    [Symbol.asyncDispose]: stop,
  };
}

/**
 * @param inTurn One after the other: what a native library sets up for the whole process is not made for threads that come at once
 *   (see core/tensor/native/attribute-names.ts).
 * @returns The device's description. @throws What kept one of them from starting.
 */
async function startAll(threads: readonly WorkerThread[], inTurn: boolean): Promise<string> {
  const [first, ...others] = threads as [WorkerThread, ...WorkerThread[]];
  if (!inTurn) return (await Promise.all(threads.map((thread) => thread.start())))[0]!;
  const device = await first.start();
  for (const thread of others) await thread.start();
  return device;
}

async function sumGradients(
  threads: readonly WorkerThread[],
  { places }: SharedArrays,
  step: readonly MicroBatch[],
  into: Float32Array,
): Promise<LossParts[]> {
  const lanes = dealOut(step, maxLanes(into.length));
  const accumulation = new Accumulation(lanes, processingOrder(step), places);
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
  sumLanes(places.slice(0, lanes.length), into);
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
