/** A micro-batch as the network sees it, and what the network says of it in the engine's terms. */

import { unpackGrid } from "../../features/packed-grid.ts";
import { type DetectionLoss, detectionLoss, type LayerOutput } from "../../loss/detection-loss.ts";
import { type Batch, makeBatch } from "../../model/batch.ts";
import type { DetectorConfig } from "../../model/detector-config.ts";
import type { Detection, EngineOptions, LossParts, MicroBatch } from "../gradient-engine.ts";

/** The sheets' cells on the device in use; owned by the caller's tidy. */
export function batchOf({ sheets }: MicroBatch, detector: DetectorConfig): Batch {
  const sizes = sheets.map(({ grid }): [number, number] => [grid.height, grid.width]);
  return makeBatch(sizes, detector, (sheet, cells, paddedWidth, offset) => {
    unpackGrid(sheets[sheet]!.grid, cells, { paddedWidth, offset });
  });
}

/** Each sheet's boxes, `T * 4` cxcywh. */
export function targetsOf({ sheets }: MicroBatch): Float32Array[] {
  return sheets.map(({ boxes }) => boxes);
}

export function lossParts({ total, cls, l1, iou }: DetectionLoss): LossParts {
  return { total, det_loss: total, cls, l1, iou };
}

/** One detection a sheet, of the last decoder layer. @param layers The decoder layers' outputs, first to last. */
export function detectionsOf(
  layers: readonly LayerOutput[],
  { sheets }: MicroBatch,
  { detector, loss }: Pick<EngineOptions, "detector" | "loss">,
  withLoss: boolean,
): Detection[] {
  const classes = detector.num_classes;
  return sheets.map(({ boxes }, sheet) => {
    const own = layers.map((layer) => sheetOutput(layer, sheet, sheets.length));
    const { logits, boxes: found } = own.at(-1)!;
    const detection: Detection = { scores: scores(logits, classes), boxes: found };
    if (!withLoss) return detection;
    return { ...detection, loss: lossParts(detectionLoss(own, [boxes], classes, loss)) };
  });
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
