/**
 * The work of one thread of the engine: micro-batches in, gradients and detections out, on its own device.
 */

import * as tf from "@tensorflow/tfjs-core";
import { type LossParts, partsOf } from "../../loss/loss-parts.ts";
import type { Batch } from "../../model/batch.ts";
import { networkDropout } from "../../model/dropout-sites.ts";
import { TrainedDetector } from "../../model/trained-detector.ts";
import { type Device, openDevice } from "../../tensor/device.ts";
import { scoped } from "../../tensor/scoped.ts";
import { computeProblem } from "./compute-problem.ts";
import type { Detection, EngineOptions, MicroBatch } from "./gradient-engine.ts";
import { batchOf, detectionsOf, targetsOf } from "./micro-batch.ts";

/** The most numbers for which room is kept, 16 MB. A micro-batch with more has an array of its own. */
const MOST_KEPT = 2 ** 22;

/**
 * The network on the device of one thread.
 *
 * Life cycle: `open` starts the device. `setParameters` comes before the first `gradient` or `detect`, and
 * after each change of the weights. `dispose` frees the weights; the device stays with the thread.
 */
export class Compute {
  readonly device: Device;
  readonly #options: EngineOptions;
  readonly #detector: TrainedDetector;
  /** Room for the features of each micro-batch. A new array would stay until the next garbage collection. */
  #cells = new Float32Array(0);

  /** @throws {UserError} If the device does not start. */
  static async open(options: EngineOptions): Promise<Compute> {
    const device = await openDevice(options.device, { gradients: options.forwardOnly !== true });
    return new Compute(device, options);
  }

  private constructor(device: Device, options: EngineOptions) {
    this.device = device;
    this.#options = options;
    this.#detector = new TrainedDetector(options.detector);
  }

  setParameters(flat: Float32Array): void {
    this.#detector.setParameters(flat);
  }

  /**
   * Computes loss and gradient of a micro-batch.
   *
   * @param into Receives weight · gradient; with `add`, it is added to what is there.
   * @param onWrite Called when everything is computed, before the first value is written.
   * @returns The unweighted loss.
   * @throws {Error} If it fails; it names the sheets. A UserError if they are too large for the device.
   */
  gradient(microBatch: MicroBatch, into: Float32Array, add = false, onWrite?: () => void): LossParts {
    const { detector, loss, seed } = this.#options;
    return named(microBatch, () => {
      const result = this.#detector.gradient(this.#batchOf(microBatch), targetsOf(microBatch), {
        loss,
        dropout: networkDropout(detector, seed, microBatch.seed),
        weight: microBatch.weight,
        into,
        add,
        onWrite,
      });
      return partsOf(result);
    });
  }

  /** Runs the network without dropout. @returns One detection per sheet. */
  detect(microBatch: MicroBatch, withLoss: boolean): Detection[] {
    return named(microBatch, () => {
      const layers = this.#detector.detect(this.#batchOf(microBatch), {
        packed: !withLoss,
      });
      return detectionsOf(layers, microBatch, this.#options, withLoss);
    });
  }

  #batchOf(microBatch: MicroBatch): Batch {
    return batchOf(microBatch, this.#options.detector, (numbers) => {
      if (numbers > MOST_KEPT) return new Float32Array(numbers);
      if (numbers > this.#cells.length) {
        this.#cells = new Float32Array(2 ** Math.ceil(Math.log2(numbers))); // it grows a few times only
      }
      return this.#cells.subarray(0, numbers).fill(0);
    });
  }

  /** The live tensors of this thread, including the weights. */
  memory(): { numTensors: number; bytes: number } {
    const { numTensors, numBytes } = tf.memory();
    return { numTensors, bytes: numBytes };
  }

  dispose(): void {
    this.#detector.dispose();
  }
}

/** Does the work of a micro-batch and disposes of its tensors. Its errors name the sheets. */
function named<T>(microBatch: MicroBatch, work: () => T): T {
  try {
    return scoped(work);
  } catch (error) {
    throw computeProblem(error, microBatch);
  }
}
