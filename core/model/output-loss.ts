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

/** The whole loss. `total` is the sum of both parts; the inherited parts are those of the decoder. */
export interface OutputLoss extends DetectionLoss {
  /** The decoder's share of `total`. */
  readonly detection: number;
  /** The weighted loss of the dense head; 0 without one. */
  readonly dense: number;
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
  { layers, dense }: Pick<DetectorOutput, "layers"> & { dense: Pick<DenseReading, "logits"> | null },
  sizes: readonly LevelSize[],
  targets: readonly Float32Array[],
  config: DetectorConfig,
  options: LossOptions,
): OutputLoss {
  const decoder = detectionLoss(layers, targets, config.num_classes, options);
  if (!dense) return { ...decoder, detection: decoder.total, dense: 0, denseGradient: null };
  const sheets = sizes.map(([rows, columns], b) => ({ rows, columns, boxes: targets[b]! }));
  const [rows, columns] = mapSize(sizes);
  const factor = options.lambda_dense ?? 1;
  const { total, gradient } = denseLoss(dense.logits, sheets, rows, columns);
  for (let i = 0; i < gradient.length; i++) gradient[i]! *= factor;
  return {
    ...decoder,
    total: decoder.total + factor * total,
    detection: decoder.total,
    dense: factor * total,
    denseGradient: gradient,
  };
}
