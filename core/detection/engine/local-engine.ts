/** The engine in this thread: it computes one micro-batch after the other. */

import type { LossParts } from "../../loss/loss-parts.ts";
import { countParameters } from "../../model/architecture.ts";
import { Compute } from "./compute.ts";
import type { EngineOptions, GradientEngine } from "./gradient-engine.ts";
import { addGradient, dealOut, maxLanes } from "./lanes.ts";

/** @throws {UserError} If the device does not start. */
export async function openLocalEngine(options: EngineOptions): Promise<GradientEngine> {
  const compute = await Compute.open(options);
  const lanes = maxLanes(countParameters(options.detector));
  let sum: Float32Array | null = null; // the sum of a lane with more than one gradient
  const dispose = async () => compute.dispose();
  return {
    device: compute.device.description,
    workers: 1,
    setParameters: (flat) => compute.setParameters(flat),
    async gradient(step, into) {
      const losses = new Array<LossParts>(step.length);
      for (const [lane, indices] of dealOut(step, lanes).entries()) {
        const apart = lane > 0 && indices.length > 1;
        if (apart) sum ??= new Float32Array(into.length);
        for (const [position, index] of indices.entries()) {
          const add = position > 0 || (lane > 0 && !apart);
          losses[index] = compute.gradient(step[index]!, apart ? sum! : into, add);
          await breathe();
        }
        if (apart) addGradient(sum!, into);
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
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}

/** Lets signals, timers and output run: during a micro-batch this thread is busy. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
