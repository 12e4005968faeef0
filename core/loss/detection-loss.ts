/** The loss of a batch: focal, L1 and generalised IoU over the matched boxes of every decoder layer. */

import { fitLoss } from "./fit-loss.ts";
import { focal } from "./focal.ts";
import { addGiouGradient, giou } from "./giou.ts";
import { match } from "./matcher.ts";

export interface LossOptions {
  /** Factors of the three parts; 2, 5, 2 in the reference. They do not change the costs of the matching. */
  lambda_cls: number;
  lambda_l1: number;
  lambda_iou: number;
  /** Factor of the dense head's loss, if the network has one. @default 1 */
  lambda_dense?: number;
  /** Whether all decoder layers count, or the last one alone. @default true */
  aux_loss?: boolean;
}

/** The output of one decoder layer for B sheets. */
export interface LayerOutput {
  /** `B * Q * K` logits. */
  readonly logits: Float32Array;
  /** `B * Q * 4`, cxcywh in 0 … 1. */
  readonly boxes: Float32Array;
}

export interface DetectionLoss {
  /** Sum over the layers that count. */
  readonly total: number;
  /** The last layer's weighted parts. */
  readonly cls: number;
  readonly l1: number;
  readonly iou: number;
  /** The derivative of `total` by the outputs of each layer, laid out like them. */
  readonly gradients: readonly LayerOutput[];
}

/**
 * Matches queries and tables and computes the loss, in float64.
 *
 * @param layers The decoder layers' outputs, first to last.
 * @param targets B sheets' boxes, `T_b * 4` numbers each, cxcywh.
 * @param classes K, the number of classes; the first one is the table.
 * @param fit `B * Q`: what the scores should be, see `fitOfProposals`; null for scores of the focal loss,
 *   which are to be 1 for matched queries.
 * @returns The loss. If an output is not finite, all parts are NaN, and the caller decides what that means.
 */
export function detectionLoss(
  layers: readonly LayerOutput[],
  targets: readonly Float32Array[],
  classes: number,
  options: LossOptions,
  fit: Float32Array | null = null,
): DetectionLoss {
  const tables = targets.reduce((sum, boxes) => sum + boxes.length / 4, 0);
  const parts = { cls: 0, l1: 0, iou: 0 };
  let total = 0;
  const gradients = layers.map((output, k) => {
    const last = k === layers.length - 1;
    const gradient = {
      logits: new Float32Array(output.logits.length),
      boxes: new Float32Array(output.boxes.length),
    };
    if (!last && options.aux_loss === false) return gradient;
    const layer = layerLoss(output, targets, fit, classes, options, Math.max(1, tables), gradient);
    total += layer.cls + layer.l1 + layer.iou;
    if (last) Object.assign(parts, layer);
    return gradient;
  });
  return { total, ...parts, gradients };
}

function layerLoss(
  { logits, boxes }: LayerOutput,
  targets: readonly Float32Array[],
  fit: Float32Array | null,
  K: number,
  { lambda_cls, lambda_l1, lambda_iou }: LossOptions,
  tables: number,
  gradient: LayerOutput,
): { cls: number; l1: number; iou: number } {
  if (!logits.every(Number.isFinite) || !boxes.every(Number.isFinite)) {
    return { cls: Number.NaN, l1: Number.NaN, iou: Number.NaN }; // nothing can be matched
  }
  const B = targets.length;
  const Q = boxes.length / 4 / B;
  const matched = new Uint8Array(B * Q);
  let l1 = 0;
  let iou = 0;
  targets.forEach((truth, b) => {
    if (truth.length === 0) return;
    const scores = Float32Array.from({ length: Q }, (_, q) => logits[(b * Q + q) * K]!);
    for (const [q, t] of match(scores, boxes.subarray(b * Q * 4, (b + 1) * Q * 4), truth)) {
      const query = b * Q + q;
      matched[query] = 1;
      for (let k = 0; k < 4; k++) {
        const difference = boxes[4 * query + k]! - truth[4 * t + k]!;
        l1 += Math.abs(difference);
        gradient.boxes[4 * query + k] = (lambda_l1 / tables) * Math.sign(difference);
      }
      iou += 1 - giou(boxes, query, truth, t);
      addGiouGradient(boxes, query, truth, t, -lambda_iou / tables, gradient.boxes);
    }
  });
  let cls = 0;
  // The reference multiplies the mean over queries by their number, which is the sum over all logits.
  for (let i = 0; i < logits.length; i++) {
    const isTable = i % K === 0;
    const { loss, slope } =
      fit !== null && isTable
        ? fitLoss(logits[i]!, fit[i / K]!)
        : focal(logits[i]!, isTable ? matched[i / K]! : 0);
    cls += loss;
    gradient.logits[i] = (lambda_cls / tables) * slope;
  }
  return {
    cls: (lambda_cls * cls) / tables,
    l1: (lambda_l1 * l1) / tables,
    iou: (lambda_iou * iou) / tables,
  };
}
