/** The loss of the dense head: weighted binary cross-entropy of its five maps, with its gradient. */

import { DENSE_MAPS } from "../proposals/dense-maps.ts";
import { cellBoxes } from "./cell-boxes.ts";

/** Weights of the five maps. Edges are thin, so the means of their maps are small without a higher weight. */
const MAP_WEIGHTS = [1, 4, 4, 4, 4];
/** The weight of a cell on an edge, where other cells have 1. */
const EDGE_WEIGHT = 3;
/**
 * The cells of a small table weigh more: a table with fewer cells than `USUAL_AREA` gets the factor
 * √(USUAL_AREA / area), a side shorter than `USUAL_SIDE` gets √(USUAL_SIDE / length), and neither exceeds
 * `MOST`.
 */
const USUAL_AREA = 120;
const USUAL_SIDE = 12;
const MOST = 4;
/**
 * Cells up to this far from a table weigh double in all maps, and in the edge maps the cells inside the
 * table do too: there the network has to tell the edge from its neighbours.
 */
const MARGIN = 2;

export interface DenseLoss {
  /** Mean over sheets. */
  readonly total: number;
  /** The derivative of `total` by the logits, laid out like them. */
  readonly gradient: Float32Array;
}

/** A sheet of the batch: its rows and columns, and its T tables as `T * 4` cxcywh, as fractions of them. */
export interface DenseTarget {
  readonly rows: number;
  readonly columns: number;
  readonly boxes: Float32Array;
}

/**
 * The loss of a batch. It is a weighted mean over the cells of each sheet, then a mean over the sheets, so
 * that every sheet counts alike whatever its size.
 *
 * @param logits `B * rows * columns * 5`; the last axis is that of `DENSE_MAPS`.
 * @param sheets The B sheets.
 * @param rows Rows of the padded map.
 * @param columns Columns of the padded map.
 */
export function denseLoss(
  logits: Float32Array,
  sheets: readonly DenseTarget[],
  rows: number,
  columns: number,
): DenseLoss {
  const M = DENSE_MAPS.length;
  const gradient = new Float32Array(logits.length);
  let total = 0;
  for (const [b, sheet] of sheets.entries()) {
    const { targets, weights } = denseTargets(sheet);
    const sums = MAP_WEIGHTS.map(() => 0);
    for (let i = 0; i < weights.length; i++) sums[i % M] = sums[i % M]! + weights[i]!;
    const factors = MAP_WEIGHTS.map((weight, m) => weight / (sums[m]! * sheets.length));
    for (let row = 0; row < sheet.rows; row++) {
      let from = row * sheet.columns * M;
      let at = (b * rows + row) * columns * M;
      for (let end = at + sheet.columns * M; at < end; at++, from++) {
        const x = logits[at]!;
        const t = targets[from]!;
        const weight = weights[from]! * factors[from % M]!;
        // log(1 + e^x) − t·x, without overflow
        total += weight * (Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))) - t * x);
        gradient[at] = weight * (1 / (1 + Math.exp(-x)) - t);
      }
    }
  }
  return { total, gradient };
}

/** The targets (0 or 1) and the weights of all cells of a sheet, `rows * columns * 5` values each. */
export function denseTargets({ rows, columns, boxes }: DenseTarget): {
  targets: Uint8Array;
  weights: Float32Array;
} {
  const M = DENSE_MAPS.length;
  const targets = new Uint8Array(rows * columns * M);
  const weights = new Float32Array(rows * columns * M).fill(1);
  const tables = cellBoxes(boxes, { rows, columns });
  const each = (
    [x1, y1, x2, y2]: readonly [number, number, number, number],
    visit: (place: number) => void,
  ) => {
    for (let y = Math.max(0, y1); y < Math.min(rows, y2); y++) {
      for (let x = Math.max(0, x1); x < Math.min(columns, x2); x++) visit((y * columns + x) * M);
    }
  };
  for (const { x1, y1, x2, y2 } of tables) {
    each([x1 - MARGIN, y1 - MARGIN, x2 + MARGIN, y2 + MARGIN], (place) => {
      for (let m = 0; m < M; m++) weights[place + m] = Math.max(2, weights[place + m]!);
    });
  }
  for (const { x1, y1, x2, y2 } of tables) {
    const own = Math.min(MOST, Math.max(1, Math.sqrt(USUAL_AREA / ((x2 - x1) * (y2 - y1)))));
    each([x1, y1, x2, y2], (place) => {
      targets[place] = 1;
      weights[place] = own;
    });
    const edges = [
      [x1, y1, x1 + 1, y2],
      [x1, y1, x2, y1 + 1],
      [x2 - 1, y1, x2, y2],
      [x1, y2 - 1, x2, y2],
    ] as const;
    for (const [side, edge] of edges.entries()) {
      const length = side % 2 === 0 ? y2 - y1 : x2 - x1;
      const weight = EDGE_WEIGHT * Math.min(MOST, Math.max(1, Math.sqrt(USUAL_SIDE / length)));
      each(edge, (place) => {
        targets[place + 1 + side] = 1;
        weights[place + 1 + side] = weight;
      });
    }
  }
  return { targets, weights };
}
