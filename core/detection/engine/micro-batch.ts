/** Between the engine and the network: micro-batches as input, outputs as detections. */

import { boxToRange, rangeToBox } from "../../features/box-range.ts";
import { type PackedGrid, unpackGrid } from "../../features/packed-grid.ts";
import type { LayerOutput } from "../../loss/detection-loss.ts";
import { partsOf } from "../../loss/loss-parts.ts";
import { type Batch, type FillSheet, makeBatch, type Room } from "../../model/batch.ts";
import type { DenseFinding } from "../../model/dense-stage.ts";
import type { DetectorConfig } from "../../model/detector-config.ts";
import { type DetectorOutput, outputLoss } from "../../model/output-loss.ts";
import { sheetLogits } from "../../model/sheet-logits.ts";
import { bestSet } from "../../proposals/best-set.ts";
import { disagreement } from "../../proposals/disagreement.ts";
import { type ScoredBox, selectBoxes, settleBox } from "../../proposals/select.ts";
import { leaveOutTitles } from "../leave-out-titles.ts";
import type { Detection, EngineOptions, MicroBatch } from "./gradient-engine.ts";

/**
 * The cells of the sheets on the current device. The caller's tidy owns the tensors.
 *
 * @param room See `makeBatch`.
 */
export function batchOf({ sheets }: MicroBatch, detector: DetectorConfig, room?: Room): Batch {
  const sizes = sheets.map(({ grid }): [number, number] => [grid.height, grid.width]);
  const fill: FillSheet = (sheet, cells, paddedWidth, offset) => {
    unpackGrid(sheets[sheet]!.grid, cells, { paddedWidth, offset }, detector.in_channels);
  };
  return makeBatch(sizes, detector, fill, room);
}

/** The boxes of each sheet, `T * 4` cxcywh. */
export function targetsOf({ sheets }: MicroBatch): Float32Array[] {
  return sheets.map(({ boxes }) => boxes);
}

/** One detection per sheet, from the last decoder layer. */
export function detectionsOf(
  { layers, dense }: DetectorOutput,
  { sheets }: MicroBatch,
  { detector, loss }: Pick<EngineOptions, "detector" | "loss">,
  withLoss: boolean,
): Detection[] {
  const sizes = sheets.map(({ grid }) => [grid.height, grid.width] as const);
  return sheets.map(({ boxes, grid }, sheet) => {
    const own = layers.map((layer) => sheetOutput(layer, sheet, sheets.length));
    const detection = dense
      ? settled(own.at(-1), dense.sheets[sheet]!, grid, detector)
      : lastLayer(own.at(-1)!, detector.num_classes);
    if (!withLoss) return detection;
    const output = {
      layers: own,
      dense: dense && { logits: sheetLogits(dense.logits, sizes, sheet), sheets: [dense.sheets[sheet]!] },
    };
    return { ...detection, loss: partsOf(outputLoss(output, [sizes[sheet]!], [boxes], detector, loss)) };
  });
}

function lastLayer({ logits, boxes }: LayerOutput, classes: number): Detection {
  return { scores: scores(logits, classes), boxes };
}

/**
 * The tables that the decoder selects from the proposals; without a decoder, the proposals with the best
 * support.
 */
function settled(
  last: LayerOutput | undefined,
  { maps, proposals }: DenseFinding,
  grid: PackedGrid,
  { num_classes, scores_fit }: DetectorConfig,
): Detection {
  const { width, height } = maps;
  const points = last && scores(last.logits, num_classes);
  const scored = proposals.map((proposal, q): ScoredBox => {
    if (!last) return { ...proposal, score: proposal.support };
    if (scores_fit) return { ...proposal, score: points![q]! };
    const { top, left, bottom, right } = boxToRange(last.boxes.subarray(4 * q, 4 * q + 4), height, width);
    const box = settleBox({ x1: left - 1, y1: top - 1, x2: right, y2: bottom }, proposal, maps);
    return { ...box, score: points![q]! };
  });
  const kept = last && scores_fit ? bestSet(leaveOutTitles(scored, grid)) : selectBoxes(scored);
  return {
    scores: Float32Array.from(kept, ({ score }) => score),
    boxes: Float32Array.from(
      kept.flatMap(({ x1, y1, x2, y2 }) =>
        rangeToBox({ top: y1 + 1, left: x1 + 1, bottom: y2, right: x2 }, height, width),
      ),
    ),
    disagreement: disagreement(kept, maps),
  };
}

/** A copy of one sheet's part of a layer's output. */
function sheetOutput({ logits, boxes }: LayerOutput, sheet: number, sheets: number): LayerOutput {
  const part = (array: Float32Array) =>
    array.slice((sheet * array.length) / sheets, ((sheet + 1) * array.length) / sheets);
  return { logits: part(logits), boxes: part(boxes) };
}

/** The probability of the best class of each query. */
function scores(logits: Float32Array, classes: number): Float32Array {
  return Float32Array.from({ length: logits.length / classes }, (_, query) => {
    const own = logits.subarray(query * classes, (query + 1) * classes);
    return 1 / (1 + Math.exp(-Math.max(...own)));
  });
}
