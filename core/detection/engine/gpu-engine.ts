/** The engine on a WebGPU device. The gradients of a step are added up on the GPU and read once. */

import * as tf from "@tensorflow/tfjs-core";
import { type LossParts, partsOf } from "../../loss/loss-parts.ts";
import { networkDropout } from "../../model/dropout-sites.ts";
import { GpuDetector } from "../../model/gpu-detector.ts";
import { openDevice } from "../../tensor/device.ts";
import { scopedAsync } from "../../tensor/scoped.ts";
import { gpuMemory, releaseFreeBuffers } from "../../tensor/webgpu/gpu-memory.ts";
import { gpuProblem } from "./gpu-problem.ts";
import type { Detection, EngineOptions, GradientEngine, MicroBatch } from "./gradient-engine.ts";
import { batchOf, detectionsOf, targetsOf } from "./micro-batch.ts";
import { processingOrder } from "./order.ts";

/**
 * Opens the device.
 *
 * @throws {UserError} If it does not start. `gradient` and `detect` throw one that names the sheets if the
 *   GPU is lost, runs out of memory or refuses a command. Their results are void then, but the caller's
 *   weights are not.
 */
export async function openGpuEngine(options: EngineOptions): Promise<GradientEngine> {
  const { description, watch } = await openDevice(options.device);
  const detector = new GpuDetector(options.detector);

  /** Does the work of a micro-batch and disposes of its tensors. A failure of the GPU becomes a UserError. */
  async function guarded<T>(microBatch: MicroBatch, work: () => Promise<T>): Promise<T> {
    const outcome = await watch!.observe(() => scopedAsync(work));
    if (outcome.failure) throw gpuProblem(outcome.failure, microBatch, outcome.error);
    releaseFreeBuffers();
    return outcome.value;
  }

  async function dispose(): Promise<void> {
    detector.dispose();
    releaseFreeBuffers(0);
  }

  return {
    device: description,
    workers: 1,
    setParameters: (flat) => detector.setParameters(flat),
    async gradient(step, into) {
      const losses = new Array<LossParts>(step.length);
      let sum: tf.Tensor | null = null;
      try {
        for (const [position, index] of processingOrder(step).entries()) {
          const microBatch = step[index]!;
          const total = await guarded(microBatch, async () => {
            const { loss, gradient } = await detector.gradient(
              batchOf(microBatch, options.detector),
              targetsOf(microBatch),
              {
                loss: options.loss,
                dropout: networkDropout(options.detector, options.seed, microBatch.seed),
                weight: microBatch.weight,
              },
            );
            losses[index] = partsOf(loss);
            const before = sum;
            sum = tf.keep(before === null ? gradient : tf.add(before, gradient));
            before?.dispose();
            return position === step.length - 1 ? ((await sum.data()) as Float32Array) : null;
          });
          if (total !== null) into.set(total);
        }
      } finally {
        (sum as tf.Tensor | null)?.dispose();
      }
      return losses;
    },
    async detect(sheets, { withLoss }) {
      const detections: Detection[][] = [];
      for (const microBatch of sheets) {
        const layers = await guarded(microBatch, () =>
          detector.detect(batchOf(microBatch, options.detector)),
        );
        detections.push(detectionsOf(layers, microBatch, options, withLoss));
      }
      return detections;
    },
    memory() {
      const { numTensors, numBytes } = tf.memory();
      return { numTensors, bytes: numBytes, gpuBytes: gpuMemory().allocated };
    },
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}
