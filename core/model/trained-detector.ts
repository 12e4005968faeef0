/**
 * The network with its weights on a device that is read synchronously: gradients for training, boxes for
 * prediction. Call `setParameters` before anything else, and `dispose` at the end, as the detector owns its
 * tensors.
 */

import * as tf from "@tensorflow/tfjs-core";
import type { LayerOutput, LossOptions } from "../loss/detection-loss.ts";
import { overwrite, readAllInto } from "../tensor/host-copy.ts";
import { PackedWeights } from "../tensor/packed-weights.ts";
import { Recording } from "../tensor/recording.ts";
import { scoped } from "../tensor/scoped.ts";
import type { Batch } from "./batch.ts";
import { denseInput, findings, runDenseHead } from "./dense-stage.ts";
import { detect, type LayerTensors } from "./detector.ts";
import type { DetectorConfig } from "./detector-config.ts";
import { type NetworkDropout, NO_NETWORK_DROPOUT } from "./dropout-sites.ts";
import {
  type DenseReading,
  type DetectorOutput,
  type OutputLoss,
  outputLoss,
  weightedSlopes,
} from "./output-loss.ts";
import { layOutParameters, type ParameterSet } from "./parameters.ts";
import { Weights } from "./weights.ts";

export class TrainedDetector {
  readonly #config: DetectorConfig;
  readonly #layout: ParameterSet;
  #tensors = new Map<string, tf.Tensor>();
  /** Made by the first pass for prediction. */
  #packed: PackedWeights | null = null;

  constructor(config: DetectorConfig) {
    this.#config = config;
    this.#layout = layOutParameters(config);
  }

  /** Copies weights, laid out as `ParameterSet.flat`, to the device. */
  setParameters(flat: Float32Array): void {
    this.#packed?.dispose();
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
   * @param targets Per sheet [T, 4] boxes cxcywh, in 0 … 1 of the sheet.
   * @param weight A factor of the gradient, not of the returned loss.
   * @param into Receives the gradient, laid out like the parameters. With `add`, the gradient is added to
   * it.
   * @param onWrite Called before the first value goes into `into`.
   */
  gradient(
    batch: Batch,
    targets: readonly Float32Array[],
    options: {
      loss: LossOptions;
      dropout: NetworkDropout;
      weight: number;
      into: Float32Array;
      add: boolean;
      onWrite?: () => void;
    },
  ): OutputLoss {
    return scoped(() => {
      let pass: Pass | undefined;
      const recording = new Recording(() => {
        const weights = new Weights(this.#tensors);
        pass = this.#forward(weights, batch, options.dropout, !this.#config.dense_head?.only);
        return outputsOf(pass);
      });
      try {
        const { layers, dense } = pass!;
        const output = { layers: layers.map(values), dense };
        const loss = outputLoss(output, batch.sizes, targets, this.#config, options.loss);
        const { layers: ofLayers, dense: ofDense } = weightedSlopes(loss, options.weight);
        const slopes = [...ofLayers, ...(ofDense ? [ofDense] : [])].map((slope, i) =>
          tf.tensor(slope, recording.outputs[i]!.shape),
        );
        // A parameter without influence has no gradient.
        const gradients = recording.backward(slopes, [...this.#tensors.values()]);
        const places = this.#layout.names.map((name) => this.#layout.view(name, options.into));
        const known = (_: unknown, i: number) => Boolean(gradients[i]);
        options.onWrite?.();
        readAllInto(gradients.filter(known) as tf.Tensor[], places.filter(known), options.add);
        if (!options.add) for (const [i, place] of places.entries()) if (!gradients[i]) place.fill(0);
        return loss;
      } finally {
        recording.dispose();
      }
    });
  }

  /**
   * Runs the network without dropout.
   *
   * @param options.packed Computes with packed weights where the device has layers for them: faster, with
   * results that differ by about a thousandth of their size. A training does not, so that its bits stay the
   * same.
   */
  detect(batch: Batch, { packed = false }: { packed?: boolean } = {}): DetectorOutput {
    if (packed) this.#packed ??= PackedWeights.create();
    return scoped(() => {
      const weights = new Weights(this.#tensors, packed ? this.#packed : null);
      const { layers, dense } = this.#forward(weights, batch, NO_NETWORK_DROPOUT, true);
      return { layers: layers.map(values), dense: dense && { logits: dense.logits, sheets: dense.sheets } };
    });
  }

  dispose(): void {
    this.#packed?.dispose();
    for (const tensor of this.#tensors.values()) tensor.dispose();
    this.#tensors.clear();
  }

  /**
   * @param reads False if nobody needs the findings of the dense head, as for the loss of the dense head
   * alone.
   */
  #forward(weights: Weights, batch: Batch, dropout: NetworkDropout, reads: boolean): Pass {
    const config = this.#config;
    if (!config.dense_head) return { layers: detect(weights, batch, config, dropout.decoder), dense: null };
    const output = runDenseHead(weights, batch, config, dropout.dense);
    const logits = output.logits.dataSync() as Float32Array;
    const sheets = reads ? findings(logits, batch, config) : [];
    const layers = config.dense_head.only
      ? []
      : detect(weights, batch, config, dropout.decoder, denseInput(output, sheets, batch, config));
    return { layers, dense: { tensor: output.logits, logits, sheets } };
  }
}

/** The results of a forward pass, on the device. */
interface Pass {
  readonly layers: readonly LayerTensors[];
  readonly dense: (DenseReading & { readonly tensor: tf.Tensor }) | null;
}

/** What the loss is computed from: logits and boxes of each decoder layer, then the dense logits. */
function outputsOf({ layers, dense }: Pass): tf.Tensor[] {
  return [...layers.flatMap(({ logits, boxes }) => [logits, boxes]), ...(dense ? [dense.tensor] : [])];
}

function values({ logits, boxes }: LayerTensors): LayerOutput {
  return { logits: logits.dataSync() as Float32Array, boxes: boxes.dataSync() as Float32Array };
}
