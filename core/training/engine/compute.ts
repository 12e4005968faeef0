/** What one thread does for the engine: micro-batches in, gradients and detections out, on its own device. */

import * as tf from "@tensorflow/tfjs-core";
import { unpackGrid } from "../../features/packed-grid.ts";
import { type DetectionLoss, detectionLoss, type LayerOutput } from "../../loss/detection-loss.ts";
import { makeBatch } from "../../model/batch.ts";
import { dropoutSites } from "../../model/dropout-sites.ts";
import { TrainedDetector } from "../../model/trained-detector.ts";
import { type Device, openDevice } from "../../tensor/device.ts";
import { scoped } from "../../tensor/scoped.ts";
import type { Detection, EngineOptions, LossParts, MicroBatch } from "../gradient-engine.ts";

export class Compute {
  readonly device: Device;
  readonly #options: EngineOptions;
  readonly #detector: TrainedDetector;

  /** @throws {UserError} If the device cannot be had. */
  static async open(options: EngineOptions): Promise<Compute> {
    return new Compute(await openDevice(options.device), options);
  }

  private constructor(device: Device, options: EngineOptions) {
    this.device = device;
    this.#options = options;
    this.#detector = new TrainedDetector(options.detector);
  }

  setParameters(flat: Float32Array): void {
    this.#detector.setParameters(flat);
  }

  /** @param into Receives weight · gradient; with `add`, it is added to what is there. @returns The unweighted loss. */
  gradient(microBatch: MicroBatch, into: Float32Array, add = false): LossParts {
    const { detector, loss, seed } = this.#options;
    return scoped(() => {
      const result = this.#detector.gradient(this.#batch(microBatch), targets(microBatch), {
        loss,
        dropout: dropoutSites(detector.dropout, seed, microBatch.seed),
        weight: microBatch.weight,
        into,
        add,
      });
      return lossParts(result);
    });
  }

  /** One detection a sheet, dropout off. */
  detect(microBatch: MicroBatch, withLoss: boolean): Detection[] {
    return scoped(() => {
      const layers = this.#detector.detect(this.#batch(microBatch));
      return microBatch.sheets.map(({ boxes }, sheet) => {
        const own = layers.map((layer) => sheetOutput(layer, sheet, microBatch.sheets.length));
        const { logits, boxes: found } = own.at(-1)!;
        const classes = this.#options.detector.num_classes;
        const detection: Detection = { scores: scores(logits, classes), boxes: found };
        if (!withLoss) return detection;
        return { ...detection, loss: lossParts(detectionLoss(own, [boxes], classes, this.#options.loss)) };
      });
    });
  }

  /** Live tensors of this thread, the weights among them. */
  memory(): { numTensors: number; bytes: number } {
    const { numTensors, numBytes } = tf.memory();
    return { numTensors, bytes: numBytes };
  }

  dispose(): void {
    this.#detector.dispose();
  }

  #batch({ sheets }: MicroBatch) {
    const sizes = sheets.map(({ grid }): [number, number] => [grid.height, grid.width]);
    return makeBatch(sizes, this.#options.detector, (sheet, cells, paddedWidth, offset) => {
      unpackGrid(sheets[sheet]!.grid, cells, { paddedWidth, offset });
    });
  }
}

function targets({ sheets }: MicroBatch): Float32Array[] {
  return sheets.map(({ boxes }) => boxes);
}

function lossParts({ total, cls, l1, iou }: DetectionLoss): LossParts {
  return { total, det_loss: total, cls, l1, iou };
}

/** One sheet's part of a layer's output, copied. */
function sheetOutput({ logits, boxes }: LayerOutput, sheet: number, sheets: number): LayerOutput {
  const part = (array: Float32Array) =>
    array.slice((sheet * array.length) / sheets, ((sheet + 1) * array.length) / sheets);
  return { logits: part(logits), boxes: part(boxes) };
}

/** The best class's probability of each query. */
function scores(logits: Float32Array, classes: number): Float32Array {
  return Float32Array.from({ length: logits.length / classes }, (_, query) => {
    const own = logits.subarray(query * classes, (query + 1) * classes);
    return 1 / (1 + Math.exp(-Math.max(...own)));
  });
}
