/**
 * The network with its weights on a GPU that is read asynchronously. It differs from `TrainedDetector` in
 * that it waits for the device once per batch (twice with a dense head), to read the numbers that the loss
 * needs; gradients stay on the GPU.
 */

import * as tf from "@tensorflow/tfjs-core";
import type { LayerOutput, LossOptions } from "../loss/detection-loss.ts";
import { Recording } from "../tensor/recording.ts";
import type { Batch } from "./batch.ts";
import type { DenseOutput } from "./dense-head.ts";
import { denseInput, findings, runDenseHead } from "./dense-stage.ts";
import { detect } from "./detector.ts";
import type { DetectorConfig } from "./detector-config.ts";
import { type DropoutSites, type NetworkDropout, NO_DROPOUT } from "./dropout-sites.ts";
import {
  type DenseReading,
  type DetectorOutput,
  type OutputLoss,
  outputLoss,
  weightedSlopes,
} from "./output-loss.ts";
import { layOutParameters, type ParameterSet } from "./parameters.ts";
import { Weights } from "./weights.ts";

/**
 * Call `setParameters` before anything else, and `dispose` at the end. Results are owned by the caller's
 * scope, which has to stay open until the promises settle.
 */
export class GpuDetector {
  readonly #config: DetectorConfig;
  readonly #layout: ParameterSet;
  #tensors = new Map<string, tf.Tensor>();

  constructor(config: DetectorConfig) {
    this.#config = config;
    this.#layout = layOutParameters(config);
  }

  /** Copies weights, laid out as `ParameterSet.flat`, to the device. */
  setParameters(flat: Float32Array): void {
    this.dispose();
    this.#layout.names.forEach((name, i) => {
      // The backend uploads an array at its first use; until then nobody may write to it.
      const values = this.#layout.view(name, flat).slice();
      this.#tensors.set(name, tf.keep(tf.tensor(values, [...this.#layout.shapes[i]!])));
    });
  }

  /**
   * Loss and gradient of one batch.
   *
   * @param targets Per sheet [T, 4] boxes cxcywh, in 0 … 1 of the sheet.
   * @param weight A factor of the gradient, not of the returned loss.
   * @returns The loss, and the gradient as one vector on the device, laid out like the parameters.
   */
  async gradient(
    batch: Batch,
    targets: readonly Float32Array[],
    options: { loss: LossOptions; dropout: NetworkDropout; weight: number },
  ): Promise<{ loss: OutputLoss; gradient: tf.Tensor1D }> {
    const dense = await this.#dense(batch, options.dropout.dense);
    let decoder: Recording | null = null;
    try {
      decoder = new Recording(() => this.#decoder(batch, options.dropout.decoder, dense));
      const layers = await readLayers(decoder.outputs);
      const loss = outputLoss({ layers, dense }, batch.sizes, targets, this.#config, options.loss);
      const gradient = tf.tidy(() => {
        const slopes = weightedSlopes(loss, options.weight);
        const parameters = [...this.#tensors.values()];
        const ofLayers = slopes.layers.map((slope, i) => tf.tensor(slope, decoder!.outputs[i]!.shape));
        const own = decoder!.backward(ofLayers, parameters);
        // The decoder reads the findings of the dense head as data: no parameter has a gradient from both.
        const ofDense = dense?.recording.backward(
          [tf.tensor(slopes.dense!, dense.output.logits.shape), tf.zerosLike(dense.output.features)],
          parameters,
        );
        return this.#joined(own.map((gradient, i) => gradient ?? ofDense?.[i]));
      });
      return { loss, gradient };
    } finally {
      decoder?.dispose();
      dense?.recording.dispose();
    }
  }

  /** Runs the network without dropout. */
  async detect(batch: Batch): Promise<DetectorOutput> {
    const dense = await this.#dense(batch, NO_DROPOUT);
    try {
      const layers = await readLayers(tf.tidy(() => this.#decoder(batch, NO_DROPOUT, dense)));
      return { layers, dense: dense && { logits: dense.logits, sheets: dense.sheets } };
    } finally {
      dense?.recording.dispose();
    }
  }

  dispose(): void {
    for (const tensor of this.#tensors.values()) tensor.dispose();
    this.#tensors.clear();
  }

  /** Runs the dense head and reads its logits; null without a dense head. */
  async #dense(batch: Batch, dropout: DropoutSites): Promise<GpuDenseReading | null> {
    if (!this.#config.dense_head) return null;
    let output: DenseOutput | undefined;
    const recording = new Recording(() => {
      output = runDenseHead(new Weights(this.#tensors), batch, this.#config, dropout);
      return [output.logits, output.features];
    });
    const logits = (await recording.outputs[0]!.data()) as Float32Array;
    return { recording, output: output!, logits, sheets: findings(logits, batch, this.#config) };
  }

  /** The logits and the boxes of each decoder layer, in turn; empty if there is only the dense head. */
  #decoder(batch: Batch, dropout: DropoutSites, dense: GpuDenseReading | null): tf.Tensor[] {
    if (this.#config.dense_head?.only) return [];
    const input = dense && denseInput(dense.output, dense.sheets, batch, this.#config);
    const layers = detect(new Weights(this.#tensors), batch, this.#config, dropout, input);
    return layers.flatMap(({ logits, boxes }) => [logits, boxes]);
  }

  /** The gradients of all parameters as one vector, with zeros for a missing one. */
  #joined(gradients: readonly (tf.Tensor | undefined)[]): tf.Tensor1D {
    const sizes = this.#layout.shapes.map((shape) => shape.reduce((product, size) => product * size, 1));
    return tf.concat1d(
      gradients.map((gradient, i) =>
        gradient ? tf.reshape(gradient, [-1]) : tf.zeros([sizes[i]!]),
      ) as tf.Tensor1D[],
    );
  }
}

/** The outputs of the dense head, with the recording that differentiates them. */
interface GpuDenseReading extends DenseReading {
  /** The recorded pass. Its outputs are the logits and the features. */
  readonly recording: Recording;
  readonly output: DenseOutput;
}

/**
 * Reads all layers at once, as each read costs a round trip.
 *
 * @param outputs Logits and boxes of each layer, in turn.
 */
async function readLayers(outputs: readonly tf.Tensor[]): Promise<LayerOutput[]> {
  if (outputs.length === 0) return [];
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
