/**
 * The goldens' tiny detector with a dense head: its weights, its padded batch of two sheets, the PyTorch
 * twin's answers.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import type { PtTensor } from "../../core/checkpoint/pt-value.ts";
import { readPtFile } from "../../core/checkpoint/read-pt.ts";
import type { LayerOutput } from "../../core/loss/detection-loss.ts";
import { type Batch, makeBatch } from "../../core/model/batch.ts";
import type { DenseOutput } from "../../core/model/dense-head.ts";
import { denseInput, runDenseHead } from "../../core/model/dense-stage.ts";
import { type DenseInput, detect } from "../../core/model/detector.ts";
import type { DetectorConfig } from "../../core/model/detector-config.ts";
import { NO_DROPOUT } from "../../core/model/dropout-sites.ts";
import { type OutputLoss, outputLoss } from "../../core/model/output-loss.ts";
import { layOutParameters, type ParameterSet } from "../../core/model/parameters.ts";
import { Weights } from "../../core/model/weights.ts";
import { scoped } from "../../core/tensor/scoped.ts";
import { type GoldenTensor, toTensor } from "./golden.ts";

export interface DenseModel {
  config: DetectorConfig;
  sheets: [number, number][];
  input_nonzero: number[];
  input_shape: [number, number, number, number];
  targets: GoldenTensor[];
  proposals: GoldenTensor;
  evidence: GoldenTensor;
  position: GoldenTensor;
  dense_logits: GoldenTensor[];
  logits: GoldenTensor[];
  boxes: GoldenTensor[];
  loss: { total: number; dense: number; detection: number; cls: number; l1: number; iou: number };
  dense_grads: Record<string, GoldenTensor>;
  grad_norms: Record<string, number>;
  trajectory: {
    lr: number;
    weight_decay: number;
    max_norm: number;
    steps: { loss: number; dense: number; total_norm: number }[];
  };
}

/**
 * Written here by tests/model/dense_golden.py: no part of the reference's goldens that GOLDEN_DIR may name.
 */
const FOLDER = join(import.meta.dir, "..", "golden");

export const golden = JSON.parse(readFileSync(join(FOLDER, "dense_model.json"), "utf8")) as DenseModel;
export const denseTargets = golden.targets.map(({ data }) => Float32Array.from(data));
export const GOLDEN_LOSS = { lambda_cls: 2, lambda_l1: 5, lambda_iou: 2 };

/** @throws {Error} If names, order or shapes differ from those of `parameterSpecs`. */
export function denseParameters(): ParameterSet {
  const state = readPtFile(join(FOLDER, "dense_model.pt")) as Map<string, PtTensor>;
  const parameters = layOutParameters(golden.config);
  if (parameters.names.join() !== [...state.keys()].join()) throw new Error("Names differ from the twin's");
  parameters.names.forEach((name, i) => {
    const { shape, data } = state.get(name)!;
    if (shape.join() !== parameters.shapes[i]!.join()) throw new Error(`The shape of ${name} differs`);
    parameters.view(name).set(data as Float32Array);
  });
  return parameters;
}

/** The two sheets as one padded batch, or one of them by itself. */
export function denseBatch(sheets: readonly number[] = [0, 1]): Batch {
  const [, H, W, C] = golden.input_shape;
  const sizes = sheets.map((sheet) => golden.sheets[sheet]!);
  return makeBatch(sizes, golden.config, (index, cells, paddedWidth, offset) => {
    const first = sheets[index]! * H * W;
    for (const i of golden.input_nonzero) {
      const place = Math.floor(i / C) - first;
      if (place < 0 || place >= H * W) continue;
      const [row, column] = [Math.floor(place / W), place % W];
      cells[offset + (row * paddedWidth + column) * C + (i % C)] = 1;
    }
  });
}

/** One sheet's own cells, [rows, columns, 5] of the padded map. */
export function ownLogits(logits: Float32Array, batch: Batch, sheet: number): Float32Array {
  const [H, W] = [0, 1].map((axis) => Math.max(...batch.sizes.map((size) => size[axis]!))) as [
    number,
    number,
  ];
  const [rows, columns] = batch.sizes[sheet]!;
  const own = new Float32Array(rows * columns * 5);
  for (let row = 0; row < rows; row++) {
    const from = (sheet * H + row) * W * 5;
    own.set(logits.subarray(from, from + columns * 5), row * columns * 5);
  }
  return own;
}

/** What the decoder begins with, in place of what is read off the maps. */
export type Begin = (output: DenseOutput, batch: Batch) => DenseInput;

/** The golden's proposals and evidence. */
const given: Begin = (output, batch) => ({
  ...denseInput(output, [], batch, golden.config),
  boxes: tf.reshape(toTensor(golden.proposals), [-1, 4]),
  position: tf.reshape(toTensor(golden.position), [-1, golden.config.hidden_dim]),
  evidence: tf.reshape(toTensor(golden.evidence), [-1, golden.evidence.shape[2]!]),
});

export interface Pass {
  readonly dense: Float32Array;
  readonly layers: readonly LayerOutput[];
  readonly loss: OutputLoss;
}

/**
 * The whole network without `TrainedDetector`: forward pass, loss, and the gradient by the tape's own rules
 * of a sum of products.
 *
 * @param into Receives the gradient, laid out like `flat`.
 */
export function densePass(
  parameters: ParameterSet,
  flat: Float32Array,
  batch: Batch,
  begin: Begin = given,
  into?: Float32Array,
): Pass {
  return scoped(() => {
    const { names, shapes } = parameters;
    const tensors = names.map((name, i) => tf.tensor(parameters.view(name, flat).slice(), [...shapes[i]!]));
    const weights = new Weights(new Map(names.map((name, i) => [name, tensors[i]!])));
    let pass: Pass | undefined;
    const forward = (): tf.Scalar => {
      const output = runDenseHead(weights, batch, golden.config, NO_DROPOUT);
      const dense = output.logits.dataSync() as Float32Array;
      const found = detect(weights, batch, golden.config, NO_DROPOUT, begin(output, batch));
      const values = (x: tf.Tensor) => x.dataSync() as Float32Array;
      const layers = found.map(({ logits, boxes }) => ({ logits: values(logits), boxes: values(boxes) }));
      const loss = outputLoss(
        { layers, dense: { logits: dense, sheets: [] } },
        batch.sizes,
        denseTargets,
        golden.config,
        GOLDEN_LOSS,
      );
      pass = { dense, layers, loss };
      const outputs = [...found.flatMap(({ logits, boxes }) => [logits, boxes]), output.logits];
      const slopes = [...loss.gradients.flatMap(({ logits, boxes }) => [logits, boxes]), loss.denseGradient!];
      const products = outputs.map((y, i) => tf.sum(tf.mul(y, tf.tensor(slopes[i]!, y.shape))));
      return tf.addN(products) as tf.Scalar;
    };
    if (into === undefined) forward();
    else {
      const { grads } = tf.engine().gradients(forward, tensors, undefined, false);
      names.forEach((name, i) => {
        parameters.view(name, into).set(grads[i]!.dataSync() as Float32Array);
      });
    }
    return pass!;
  });
}
