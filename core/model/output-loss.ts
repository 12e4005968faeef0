/** What the network says of a batch, on the host, and its whole loss: the decoder's and the dense head's. */

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

/** The dense head's maps and what was read off them. */
export interface DenseReading {
  /** `B * H * W * 5` of the padded map. */
  readonly logits: Float32Array;
  readonly sheets: readonly DenseFinding[];
}

export interface DetectorOutput {
  /** The decoder layers' outputs, first to last; none where the dense head is alone. */
  readonly layers: readonly LayerOutput[];
  /** null without a dense head. */
  readonly dense: DenseReading | null;
}

/** `total` is the sum of both; the other parts are the decoder's. */
export interface OutputLoss extends DetectionLoss {
  /** The decoder's share of `total`. */
  readonly detection: number;
  /** The dense head's, weighted; 0 without one. */
  readonly dense: number;
  /** The slope of `total` in the dense logits' layout. */
  readonly denseGradient: Float32Array | null;
}

/** @param sizes [rows, columns] of each sheet. @param targets Each sheet's boxes, `T * 4` cxcywh. */
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
