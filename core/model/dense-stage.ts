/**
 * Leads from the dense head to the decoder: reads the maps, makes proposals of them, and starts the queries
 * there.
 */

import * as tf from "@tensorflow/tfjs-core";
import { DenseMaps } from "../proposals/dense-maps.ts";
import { EVIDENCE, evidence } from "../proposals/evidence.ts";
import { type Proposal, propose } from "../proposals/propose.ts";
import { detach } from "../tensor/detach.ts";
import type { Batch } from "./batch.ts";
import { denseGeometry } from "./dense-geometry.ts";
import { type DenseOutput, denseHead } from "./dense-head.ts";
import type { DenseInput } from "./detector.ts";
import type { DetectorConfig } from "./detector-config.ts";
import type { DropoutSites } from "./dropout-sites.ts";
import { boxPosition } from "./position.ts";
import { mapSize, sheetLogits } from "./sheet-logits.ts";
import type { Weights } from "./weights.ts";

/** What the dense head finds on one sheet. */
export interface DenseFinding {
  readonly maps: DenseMaps;
  /** At most `num_queries`, the best supported first. */
  readonly proposals: readonly Proposal[];
}

/** Runs the dense head. @returns See `DenseOutput`; owned by the caller's tidy. */
export function runDenseHead(
  weights: Weights,
  batch: Batch,
  config: DetectorConfig,
  dropout: DropoutSites,
): DenseOutput {
  const head = config.dense_head!;
  const [rows, columns] = mapSize(batch.sizes);
  const cells = sliced(batch.cells, batch.sheets, rows, columns);
  const geometry = denseGeometry(batch.sizes, head.widths.length);
  return denseHead(weights.of("dense_head"), cells, geometry, head, dropout);
}

/**
 * Reads the dense maps and makes proposals.
 *
 * @param logits [B, H, W, 5], row-major, as the dense head returns them.
 * @returns One finding per sheet.
 */
export function findings(logits: Float32Array, batch: Batch, config: DetectorConfig): DenseFinding[] {
  return batch.sizes.map(([height, width], b) => {
    const maps = new DenseMaps(height, width, sheetLogits(logits, batch.sizes, b), batch.data![b]!);
    return { maps, proposals: propose(maps, config.num_queries) };
  });
}

/**
 * The start of the queries. Queries without a proposal start from the whole sheet. Owned by the caller's
 * tidy.
 */
export function denseInput(
  output: DenseOutput,
  found: readonly DenseFinding[],
  batch: Batch,
  config: DetectorConfig,
): DenseInput {
  const { num_queries: Q, hidden_dim: D } = config;
  const B = batch.sheets;
  const [rows, columns] = mapSize(batch.sizes);
  const [, H, W] = batch.cells.shape as [number, number, number, number];
  const boxes = new Float32Array(B * Q * 4);
  const known = new Float32Array(B * Q * EVIDENCE.length);
  for (const [b, { maps, proposals }] of found.entries()) {
    known.set(evidence(proposals, maps, Q), b * Q * EVIDENCE.length);
    for (let q = 0; q < Q; q++) {
      const { x1, y1, x2, y2 } = proposals[q] ?? { x1: 0, y1: 0, x2: maps.width, y2: maps.height };
      const box = [(x1 + x2) / 2 / maps.width, (y1 + y2) / 2 / maps.height];
      boxes.set([...box, (x2 - x1) / maps.width, (y2 - y1) / maps.height], 4 * (b * Q + q));
    }
  }
  const [features, logits] = [detach(output.features), detach(output.logits)];
  const map = (x: tf.Tensor) => tf.reshape(x, [B, rows, columns, x.shape[1]!]) as tf.Tensor4D;
  let own = tf.concat([map(features), map(tf.sigmoid(logits))], 3);
  const { valid } = denseGeometry(batch.sizes, 1);
  if (valid) own = tf.mul(own, tf.reshape(valid[0]!, [B, rows, columns, 1]));
  const padded = tf.pad(own, [
    [0, 0],
    [0, H - rows],
    [0, W - columns],
    [0, 0],
  ]);
  return {
    cells: tf.concat([batch.cells, padded], 3),
    boxes: tf.tensor(boxes, [B * Q, 4]),
    position: tf.tensor(boxPosition(boxes, D), [B * Q, D]),
    evidence: tf.tensor(known, [B * Q, EVIDENCE.length]),
  };
}

function sliced(cells: tf.Tensor, B: number, rows: number, columns: number): tf.Tensor {
  const [, H, W, C] = cells.shape as [number, number, number, number];
  if (rows === H && columns === W) return cells;
  // Whole rows are copied, since a slice of four axes copies cell by cell on wasm.
  const joined = tf.slice(tf.reshape(cells, [B, H, W * C]), [0, 0, 0], [B, rows, columns * C]);
  return tf.reshape(joined, [B, rows, columns, C]);
}
