/** The engine in this thread: micro-batch after micro-batch. */

import type { EngineOptions, GradientEngine, LossParts } from "../gradient-engine.ts";
import { Compute } from "./compute.ts";
import { processingOrder } from "./order.ts";

/** @throws {UserError} If the device cannot be had. */
export async function openLocalEngine(options: EngineOptions): Promise<GradientEngine> {
  const compute = await Compute.open(options);
  return {
    device: compute.device.description,
    workers: 1,
    setParameters: (flat) => compute.setParameters(flat),
    async gradient(step, into) {
      const losses = new Array<LossParts>(step.length);
      for (const [position, index] of processingOrder(step).entries()) {
        losses[index] = compute.gradient(step[index]!, into, position > 0);
        await breathe();
      }
      return losses;
    },
    async detect(sheets, { withLoss }) {
      const detections = [];
      for (const microBatch of sheets) {
        detections.push(compute.detect(microBatch, withLoss));
        await breathe();
      }
      return detections;
    },
    memory: () => compute.memory(),
    async dispose() {
      compute.dispose();
    },
  };
}

/** Lets signals, timers and output have their turn: a micro-batch occupies this thread. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
