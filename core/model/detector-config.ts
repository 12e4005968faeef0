/** The shape of the network: its sizes and switches, without the settings of training. */

import { DENSE_MAPS } from "../proposals/dense-maps.ts";

/**
 * The shape of a network. Names and meanings are those of the PyTorch reference, as both read a
 * checkpoint's `config`.
 */
export interface DetectorConfig {
  /** The features per cell: 43, or 75 with the hints. */
  in_channels: number;
  /**
   * The rows and columns of cells that a token of the finest level covers: the kernel and stride of the
   * stem.
   */
  stem_stride: number;
  /** Channels of the first backbone stage; the four stages have 1, 2, 4, 8 times as many. */
  base_width: number;
  /** ConvNeXt V2 blocks in each of the four stages. */
  depths: readonly number[];
  /** Global response normalisation inside the blocks. */
  use_grn: boolean;
  /**
   * D, the width of the transformer: a multiple of `num_heads` and of 4 (the position code has sin and cos
   * of y and x).
   */
  hidden_dim: number;
  /** M, the number of attention heads. */
  num_heads: number;
  /** P, the sampling points per head and level of deformable attention. */
  num_points: number;
  num_encoder_layers: number;
  num_decoder_layers: number;
  /** Q, the number of queries: the most tables that can be found on a sheet. */
  num_queries: number;
  /** The width of a feed-forward layer as a multiple of `hidden_dim`. */
  ffn_ratio: number;
  /** The probability of zeroing an activation in training, in [0, 1). */
  dropout: number;
  /**
   * Whether each decoder layer refines the boxes of the layer before; otherwise all start from the
   * reference points.
   */
  box_refine: boolean;
  /** The number of foreground classes: sigmoid logits without a background column. */
  num_classes: number;
  /**
   * Whether the scores say how well each proposal of the dense head fits a table. The tables are then the
   * best set of proposals, with the edges that these have. Absent: the scores of matched queries, as in
   * DETR.
   */
  scores_fit?: boolean;
  /** The dense head, whose proposals the decoder scores and refines (two-stage). Absent: learned queries. */
  dense_head?: DenseHeadConfig;
}

/**
 * The dense head: a U-Net of the backbone's blocks over all cells. Level l has 1 / 2^l of the rows and
 * columns.
 */
export interface DenseHeadConfig {
  /** The channels of each level, finest first. */
  readonly widths: readonly number[];
  /** The blocks of each level on the way down, finest first: as many numbers as `widths`. */
  readonly depths: readonly number[];
  /** The blocks of each level on the way up, finest first: one number fewer than `widths`. */
  readonly up_depths: readonly number[];
  /** The probability of zeroing an element of a block's branch in training, in [0, 1). */
  readonly dropout: number;
  /**
   * Whether there is only the dense head: tables are then its proposals, scored by the support of the maps.
   */
  readonly only: boolean;
}

/**
 * The channels that the backbone reads: those of the cells and, with a dense head, its features and maps.
 */
export function backboneChannels({ in_channels, dense_head }: DetectorConfig): number {
  return dense_head ? in_channels + dense_head.widths[0]! + DENSE_MAPS.length : in_channels;
}

/** The reference's defaults: 3.2 million parameters. */
export const DEFAULT_DETECTOR: Readonly<DetectorConfig> = Object.freeze({
  in_channels: 43,
  stem_stride: 4,
  base_width: 32,
  depths: Object.freeze([2, 2, 4, 2]),
  use_grn: true,
  hidden_dim: 128,
  num_heads: 8,
  num_points: 4,
  num_encoder_layers: 2,
  num_decoder_layers: 2,
  num_queries: 10,
  ffn_ratio: 4,
  dropout: 0.1,
  box_refine: true,
  num_classes: 1,
});

/** L, the number of backbone stages, which are the levels of deformable attention. */
export const LEVELS = 4;
