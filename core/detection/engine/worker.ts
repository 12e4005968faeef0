/** The program of a worker of the pool. It opens its own device and answers one message after the other. */

import { sendError } from "../../base/thread-error.ts";
import { Compute } from "./compute.ts";
import type { Answer, SharedArrays, Task, ToWorker } from "./messages.ts";

declare const self: Worker;

serve(self);

function serve(pool: Worker): void {
  let opened: Opened | null = null;
  const answer = (message: Answer) => pool.postMessage(message);
  pool.onmessage = async ({ data }: MessageEvent<ToWorker>) => {
    try {
      if (data.kind === "open") {
        const compute = await Compute.open(data.options);
        opened = { compute, shared: data.shared };
        answer({ kind: "opened", device: compute.device.description });
      } else if (data.kind === "parameters") {
        opened!.compute.setParameters(opened!.shared.parameters);
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
}

function work({ compute, shared }: Opened, task: Task): Answer {
  if (task.kind === "detect") {
    const detections = compute.detect(task.microBatch, task.withLoss);
    return { kind: "detections", detections, memory: compute.memory() };
  }
  const { place, add } = task;
  const loss = compute.gradient(task.microBatch, shared.places[place]!, add, () => {
    Atomics.store(shared.writing, place, 1);
  });
  Atomics.store(shared.writing, place, 0);
  return { kind: "gradient", loss, memory: compute.memory() };
}
