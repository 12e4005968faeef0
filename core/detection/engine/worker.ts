/** The program of a worker of the pool. It opens its own device and answers one message after the other. */

import { sendError } from "../../base/thread-error.ts";
import { Compute } from "./compute.ts";
import type { Answer, SharedArrays, Task, ToWorker } from "./messages.ts";
import { mapArrays, type SharedPart } from "./slice-task.ts";
import { doSliceTask } from "./slice-work.ts";

declare const self: Worker;

serve(self);

function serve(pool: Worker): void {
  let opened: Opened | null = null;
  const answer = (message: Answer) => pool.postMessage(message);
  pool.onmessage = async ({ data }: MessageEvent<ToWorker>) => {
    try {
      if (data.kind === "open") {
        const compute = await Compute.open(data.options);
        opened = { compute, shared: data.shared, buffers: new Map() };
        answer({ kind: "opened", device: compute.device.description });
      } else if (data.kind === "parameters") {
        opened!.compute.setParameters(arrayOf(opened!, data.flat));
      } else if (data.kind === "share") {
        opened!.buffers.set(data.number, data.buffer);
      } else {
        answer(work(opened!, data.task));
      }
    } catch (error) {
      answer({ kind: "failed", error: sendError(error) });
    }
  };
}

/** The state of a worker after its first message. */
interface Opened {
  readonly compute: Compute;
  readonly shared: SharedArrays;
  /** Buffers that were shared later, by number. */
  readonly buffers: Map<number, SharedArrayBuffer>;
}

function arrayOf({ buffers }: Opened, { buffer, offset, length }: SharedPart): Float32Array {
  return new Float32Array(buffers.get(buffer)!, offset, length);
}

function work(opened: Opened, task: Task): Answer {
  const { compute, shared } = opened;
  if (task.kind === "detect") {
    const detections = compute.detect(task.microBatch, task.withLoss);
    return { kind: "detections", detections, memory: compute.memory() };
  }
  if (task.kind !== "gradient") {
    const squares = doSliceTask(mapArrays(task, (part) => arrayOf(opened, part)));
    return { kind: "slice", squares, memory: compute.memory() };
  }
  const { place, add } = task;
  const loss = compute.gradient(task.microBatch, shared.places[place]!, add, () => {
    Atomics.store(shared.writing, place, 1);
  });
  Atomics.store(shared.writing, place, 0);
  return { kind: "gradient", loss, memory: compute.memory() };
}
