/**
 * The network's outputs for a batch on the host, and the whole loss: that of the decoder and that of the
 * dense head.
 */

import { denseLoss } from "../loss/dense-loss.ts";
import {
  type DetectionLoss,
  detectionLoss,
  type LayerOutput,
  type LossOptions,
} from "../loss/detection-loss.ts";
import { fitOfProposals } from "../loss/fit-loss.ts";
import { type LossParts, withTotal } from "../loss/loss-parts.ts";
import type { LevelSize } from "../tensor/deformable-attention.ts";
import type { DenseFinding } from "./dense-stage.ts";
import type { DetectorConfig } from "./detector-config.ts";
import { mapSize } from "./sheet-logits.ts";

/** The logits of the dense head, and what was found in them. */
export interface DenseReading {
  /** [B, H, W, 5] of the padded map, row-major. */
  readonly logits: Float32Array;
  readonly sheets: readonly DenseFinding[];
}

export interface DetectorOutput {
  /** The outputs of the decoder layers, first to last; empty if there is only the dense head. */
  readonly layers: readonly LayerOutput[];
  /** Null without a dense head. */
  readonly dense: DenseReading | null;
}

/** The parts of the loss, and the gradients of `total`. */
export interface OutputLoss extends LossParts, Pick<DetectionLoss, "gradients"> {
  /**
   * The gradient of `total` with respect to the dense logits, laid out like them; null without a dense
   * head.
   */
  readonly denseGradient: Float32Array | null;
}

/**
 * The loss of a batch.
 *
 * @param sizes [rows, columns] of each sheet.
 * @param targets Per sheet [T, 4] boxes cxcywh, in 0 … 1 of the sheet.
 */
export function outputLoss(
  { layers, dense }: DetectorOutput,
  sizes: readonly LevelSize[],
  targets: readonly Float32Array[],
  config: DetectorConfig,
  options: LossOptions,
): OutputLoss {
  const fit = config.scores_fit && dense ? fitOfSheets(dense.sheets, sizes, targets, config) : null;
  const decoder = detectionLoss(layers, targets, config.num_classes, options, fit);
  const { cls, l1, iou, gradients } = decoder;
  const parts = { det_loss: decoder.total, cls, l1, iou, dense_loss: 0 };
  if (!dense) return { ...withTotal(parts), gradients, denseGradient: null };
  const sheets = sizes.map(([rows, columns], b) => ({ rows, columns, boxes: targets[b]! }));
  const [rows, columns] = mapSize(sizes);
  const factor = options.lambda_dense ?? 1;
  const { total, gradient } = denseLoss(dense.logits, sheets, rows, columns);
  for (let i = 0; i < gradient.length; i++) gradient[i]! *= factor;
  return { ...withTotal({ ...parts, dense_loss: factor * total }), gradients, denseGradient: gradient };
}

/** The slopes of the gradient on the device: those of `OutputLoss`, times the weight of the batch. */
export interface WeightedSlopes {
  /** Of the logits and the boxes of each decoder layer, in turn. */
  readonly layers: readonly Float32Array[];
  /** Of the dense logits; null without a dense head. */
  readonly dense: Float32Array | null;
}

/** Weights on the host, with the bits of a product on a device: that of two float32, rounded to float32. */
export function weightedSlopes({ gradients, denseGradient }: OutputLoss, weight: number): WeightedSlopes {
  const factor = Math.fround(weight);
  const weighted = (slope: Float32Array) => slope.map((value) => value * factor);
  return {
    layers: gradients.flatMap(({ logits, boxes }) => [weighted(logits), weighted(boxes)]),
    dense: denseGradient && weighted(denseGradient),
  };
}

/** [B·Q] of the findings of a batch; `fitOfProposals` of each sheet. */
function fitOfSheets(
  sheets: readonly DenseFinding[],
  sizes: readonly LevelSize[],
  targets: readonly Float32Array[],
  { num_queries: Q }: DetectorConfig,
): Float32Array {
  const fit = new Float32Array(sheets.length * Q);
  for (const [b, { proposals }] of sheets.entries()) {
    const [rows, columns] = sizes[b]!;
    fit.set(fitOfProposals(proposals, targets[b]!, { rows, columns }, Q), b * Q);
  }
  return fit;
}
