/**
 * The network with its weights on a GPU that is read asynchronously. Like `TrainedDetector`, but it waits for the device
 * once a batch, for the few numbers that the loss is computed from; gradients stay where they are.
 */

import * as tf from "@tensorflow/tfjs-core";
import {
  type DetectionLoss,
  detectionLoss,
  type LayerOutput,
  type LossOptions,
} from "../loss/detection-loss.ts";
import { Recording } from "../tensor/recording.ts";
import type { Batch } from "./batch.ts";
import { detect } from "./detector.ts";
import type { DetectorConfig } from "./detector-config.ts";
import { type DropoutSites, NO_DROPOUT } from "./dropout-sites.ts";
import { layOutParameters, type ParameterSet } from "./parameters.ts";
import { Weights } from "./weights.ts";

/** Results are owned by the caller's scope, which has to stay open until the promises settle. */
export class GpuDetector {
  readonly #config: DetectorConfig;
  readonly #layout: ParameterSet;
  #tensors = new Map<string, tf.Tensor>();

  constructor(config: DetectorConfig) {
    this.#config = config;
    this.#layout = layOutParameters(config);
  }

  /** Takes over weights laid out as `ParameterSet.flat`, a copy. */
  setParameters(flat: Float32Array): void {
    this.dispose();
    this.#layout.names.forEach((name, i) => {
      // Uploaded when it is first used: until then nobody else may write to it.
      const values = this.#layout.view(name, flat).slice();
      this.#tensors.set(name, tf.keep(tf.tensor(values, [...this.#layout.shapes[i]!])));
    });
  }

  /**
   * Loss and gradient of one batch.
   *
   * @param targets Each sheet's boxes, `T * 4` cxcywh.
   * @param weight Factor of the gradient (not of the loss that is returned).
   * @returns The gradient as one vector on the device, laid out like the parameters.
   */
  async gradient(
    batch: Batch,
    targets: readonly Float32Array[],
    options: { loss: LossOptions; dropout: DropoutSites; weight: number },
  ): Promise<{ loss: DetectionLoss; gradient: tf.Tensor1D }> {
    const recording = new Recording(() => this.#forward(batch, options.dropout));
    try {
      const { outputs } = recording;
      const layers = await readLayers(outputs);
      const loss = detectionLoss(layers, targets, this.#config.num_classes, options.loss);
      const gradient = tf.tidy(() => {
        const slopes = loss.gradients.flatMap(({ logits, boxes }) => [logits, boxes]);
        const weighted = slopes.map((slope, i) =>
          tf.mul(tf.tensor(slope, outputs[i]!.shape), options.weight),
        );
        return this.#joined(recording.backward(weighted, [...this.#tensors.values()]));
      });
      return { loss, gradient };
    } finally {
      recording.dispose();
    }
  }

  /** Runs the network without dropout. @returns The decoder layers' outputs, first to last. */
  detect(batch: Batch): Promise<LayerOutput[]> {
    return readLayers(tf.tidy(() => this.#forward(batch, NO_DROPOUT)));
  }

  dispose(): void {
    for (const tensor of this.#tensors.values()) tensor.dispose();
    this.#tensors.clear();
  }

  /** Logits and boxes of each decoder layer, in turn. */
  #forward(batch: Batch, dropout: DropoutSites): tf.Tensor[] {
    const layers = detect(new Weights(this.#tensors), batch, this.#config, dropout);
    return layers.flatMap(({ logits, boxes }) => [logits, boxes]);
  }

  /** One vector of all parameters' gradients; zeros where there is none. */
  #joined(gradients: readonly (tf.Tensor | undefined)[]): tf.Tensor1D {
    const sizes = this.#layout.shapes.map((shape) => shape.reduce((product, size) => product * size, 1));
    return tf.concat1d(
      gradients.map((gradient, i) =>
        gradient ? tf.reshape(gradient, [-1]) : tf.zeros([sizes[i]!]),
      ) as tf.Tensor1D[],
    );
  }
}

/** All layers in one reading: each costs a round trip. @param outputs Logits and boxes of each layer, in turn. */
async function readLayers(outputs: readonly tf.Tensor[]): Promise<LayerOutput[]> {
  const flat = tf.tidy(() => tf.concat1d(outputs.map((tensor) => tf.reshape(tensor, [-1]) as tf.Tensor1D)));
  const values = (await flat.data()) as Float32Array;
  let at = 0;
  const parts = outputs.map(({ size }) => {
    at += size;
    return values.slice(at - size, at);
  });
  return Array.from({ length: parts.length / 2 }, (_, layer) => ({
    logits: parts[2 * layer]!,
    boxes: parts[2 * layer + 1]!,
  }));
}
