/** A batch of sheets as tensors: the padded grid, and what follows from the sizes of the sheets. */

import * as tf from "@tensorflow/tfjs-core";
import type { LevelSize } from "../tensor/deformable-attention.ts";
import { type DetectorConfig, LEVELS } from "./detector-config.ts";
import { batchGeometry } from "./geometry.ts";

/**
 * A batch on the device. Letters as in `Geometry`. The caller of `makeBatch` disposes it, or its tidy does.
 */
export interface Batch {
  readonly sheets: number;
  /** [rows, columns] of each sheet, in cells. */
  readonly sizes: readonly LevelSize[];
  readonly levels: readonly LevelSize[];
  readonly tokens: number;
  /** [B, H, W, C] cell features, zeros outside a sheet. */
  readonly cells: tf.Tensor;
  /** Per sheet [rows, columns], row-major: 1 for a cell with data, else 0; null without a dense head. */
  readonly data: readonly Uint8Array[] | null;
  /** Per level [B·rows·columns, 1] of 1 and 0; null where no sheet is padded. */
  readonly valid: readonly tf.Tensor[] | null;
  /** [B·S, 1]: the same for the tokens of all levels. */
  readonly validTokens: tf.Tensor | null;
  /** [B·S, D]: the sine code of each token. */
  readonly position: tf.Tensor;
  /** [B·S] int32: the level of each token. */
  readonly levelOf: tf.Tensor1D;
  /** [B, 1, L, 4]: the valid share of each level's width and height, twice: (w, h, w, h). */
  readonly ratios: tf.Tensor;
  /** [B, S, L, 2]: the centre of each token as a fraction of every level, (x, y). */
  readonly centres: tf.Tensor;
}

/**
 * Writes the features of a sheet into `cells`, from index `offset` on; a row of the batch is `columns`
 * cells wide.
 */
export type FillSheet = (sheet: number, cells: Float32Array, columns: number, offset: number) => void;

/** Gives room for so many numbers, all 0, which nobody else uses as long as the batch is in use. */
export type Room = (numbers: number) => Float32Array;

/**
 * Makes a batch.
 *
 * @param sizes [rows, columns] of each sheet.
 * @param fill Called once per sheet to write its features.
 * @param room Where the features are written on the host. @default a new array
 */
export function makeBatch(
  sizes: readonly LevelSize[],
  config: DetectorConfig,
  fill: FillSheet,
  room: Room = (numbers) => new Float32Array(numbers),
): Batch {
  const geometry = batchGeometry(sizes, config);
  const { sheets: B, rows, columns, tokens, levels, valid } = geometry;
  const C = config.in_channels;
  const cells = room(B * rows * columns * C);
  for (let b = 0; b < B; b++) fill(b, cells, columns, b * rows * columns * C);
  const ratios = new Float32Array(B * LEVELS * 4);
  for (let i = 0; i < B * LEVELS; i++) {
    const pair = geometry.ratios.subarray(2 * i, 2 * i + 2);
    ratios.set(pair, 4 * i);
    ratios.set(pair, 4 * i + 2);
  }
  const masks = valid?.map((mask) => tf.tensor(mask, [mask.length, 1])) ?? null;
  const tokenMask = () =>
    tf.reshape(
      tf.concat(
        masks!.map((mask) => tf.reshape(mask, [B, -1])),
        1,
      ),
      [B * tokens, 1],
    );
  return {
    sheets: B,
    sizes,
    levels,
    tokens,
    cells: tf.tensor(cells, [B, rows, columns, C]),
    data: config.dense_head
      ? sizes.map((size, b) => dataOf(size, cells, b * rows * columns * C, columns, C))
      : null,
    valid: masks,
    validTokens: masks && tokenMask(),
    position: tf.tensor(geometry.position, [B * tokens, config.hidden_dim]),
    levelOf: tf.tensor1d(geometry.levelOf, "int32"),
    ratios: tf.tensor(ratios, [B, 1, LEVELS, 4]),
    centres: tf.tensor(geometry.centres, [B, tokens, LEVELS, 2]),
  };
}

/** The channel has_data (0) of one sheet. */
function dataOf(
  [height, width]: LevelSize,
  cells: Float32Array,
  offset: number,
  columns: number,
  C: number,
): Uint8Array {
  const data = new Uint8Array(height * width);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      data[row * width + column] = cells[offset + (row * columns + column) * C]!;
    }
  }
  return data;
}
