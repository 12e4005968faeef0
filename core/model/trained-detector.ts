/** The network with its weights on the device: gradients for training, boxes for use. Owns its tensors. */

import * as tf from "@tensorflow/tfjs-core";
import {
  type DetectionLoss,
  detectionLoss,
  type LayerOutput,
  type LossOptions,
} from "../loss/detection-loss.ts";
import { overwrite, readAllInto } from "../tensor/host-copy.ts";
import { scoped } from "../tensor/scoped.ts";
import type { Batch } from "./batch.ts";
import { detect, type LayerTensors } from "./detector.ts";
import type { DetectorConfig } from "./detector-config.ts";
import { type DropoutSites, NO_DROPOUT } from "./dropout-sites.ts";
import { layOutParameters, type ParameterSet } from "./parameters.ts";
import { Weights } from "./weights.ts";

export class TrainedDetector {
  readonly #config: DetectorConfig;
  readonly #layout: ParameterSet;
  #tensors = new Map<string, tf.Tensor>();

  constructor(config: DetectorConfig) {
    this.#config = config;
    this.#layout = layOutParameters(config);
  }

  /** Takes over weights laid out as `ParameterSet.flat`, a copy. */
  setParameters(flat: Float32Array): void {
    this.#layout.names.forEach((name, i) => {
      const values = this.#layout.view(name, flat);
      const old = this.#tensors.get(name);
      if (old && overwrite(old, values)) return;
      old?.dispose();
      this.#tensors.set(name, tf.keep(tf.tensor(values, [...this.#layout.shapes[i]!])));
    });
  }

  /**
   * Loss and gradient of one batch.
   *
   * @param targets Each sheet's boxes, `T * 4` cxcywh.
   * @param weight Factor of the gradient (not of the loss that is returned).
   * @param into Receives the gradient, laid out like the parameters; with `add`, it is added to what is there.
   * @param onWrite Called before the first value goes into `into`.
   */
  gradient(
    batch: Batch,
    targets: readonly Float32Array[],
    options: {
      loss: LossOptions;
      dropout: DropoutSites;
      weight: number;
      into: Float32Array;
      add: boolean;
      onWrite?: () => void;
    },
  ): DetectionLoss {
    let loss: DetectionLoss | undefined;
    scoped(() => {
      const forward = () => {
        const layers = detect(new Weights(this.#tensors), batch, this.#config, options.dropout);
        const result = this.#lossTensor(layers, targets, options.loss);
        loss = result.loss;
        return result.tensor;
      };
      const tensors = [...this.#tensors.values()];
      // Without auxiliary losses the heads of earlier layers have no gradient: tf.grads() would refuse that.
      const { grads } = tf.engine().gradients(forward, tensors, tf.scalar(options.weight), true);
      const places = this.#layout.names.map((name) => this.#layout.view(name, options.into));
      const known = (_: unknown, i: number) => Boolean(grads[i]);
      options.onWrite?.();
      readAllInto(grads.filter(known), places.filter(known), options.add);
      if (!options.add) for (const [i, place] of places.entries()) if (!grads[i]) place.fill(0);
    });
    return loss!;
  }

  /** Runs the network without dropout. @returns The decoder layers' outputs, first to last. */
  detect(batch: Batch): LayerOutput[] {
    return scoped(() => detect(new Weights(this.#tensors), batch, this.#config, NO_DROPOUT).map(values));
  }

  dispose(): void {
    for (const tensor of this.#tensors.values()) tensor.dispose();
    this.#tensors.clear();
  }

  /** The loss as a scalar on the tape. Its few numbers are computed on the host, slopes included. */
  #lossTensor(
    layers: readonly LayerTensors[],
    targets: readonly Float32Array[],
    options: LossOptions,
  ): { tensor: tf.Scalar; loss: DetectionLoss } {
    const loss = detectionLoss(layers.map(values), targets, this.#config.num_classes, options);
    const outputs = layers.flatMap(({ logits, boxes }) => [logits, boxes]);
    const tensor = tf.customGrad(() => ({
      value: tf.scalar(loss.total),
      gradFunc: (dy: tf.Tensor) =>
        loss.gradients.flatMap(({ logits, boxes }, k) => [
          tf.mul(tf.tensor(logits, layers[k]!.logits.shape), dy),
          tf.mul(tf.tensor(boxes, layers[k]!.boxes.shape), dy),
        ]),
    }))(...outputs);
    return { tensor: tensor as tf.Scalar, loss };
  }
}

function values({ logits, boxes }: LayerTensors): LayerOutput {
  return { logits: logits.dataSync() as Float32Array, boxes: boxes.dataSync() as Float32Array };
}
