/** The shape of the network: sizes and switches, nothing that training decides. */

import { DENSE_MAPS } from "../proposals/dense-maps.ts";

/** Names and meanings are those of the PyTorch reference, so that a checkpoint's `config` reads the same on both sides. */
export interface DetectorConfig {
  /** Features per cell: 43. */
  in_channels: number;
  /** Rows and columns of cells that one token of the finest level covers; kernel and stride of the stem. */
  stem_stride: number;
  /** Channels of the first backbone stage; the four stages have 1, 2, 4, 8 times as many. */
  base_width: number;
  /** ConvNeXt V2 blocks in each of the four stages. */
  depths: readonly number[];
  /** Global response normalisation inside the blocks. */
  use_grn: boolean;
  /** D, the transformer's width: a multiple of `num_heads` and of 4 (the position code has sin and cos of y and x). */
  hidden_dim: number;
  /** M, attention heads. */
  num_heads: number;
  /** P, sampling points per head and level of deformable attention. */
  num_points: number;
  num_encoder_layers: number;
  num_decoder_layers: number;
  /** Q, the most tables that can be found on one sheet. */
  num_queries: number;
  /** Width of a feed-forward layer as a multiple of `hidden_dim`. */
  ffn_ratio: number;
  /** Probability of zeroing an activation while training, 0 … 1 (excluded). */
  dropout: number;
  /** Each decoder layer corrects the boxes of the one before; otherwise all start from the reference points. */
  box_refine: boolean;
  /** Foreground classes: sigmoid logits without a background column. */
  num_classes: number;
  /** The dense head, whose proposals the decoder then scores and refines (two-stage); absent: learned queries. */
  dense_head?: DenseHeadConfig;
}

/** A U-Net of the backbone's blocks over every cell; level l has maps of 1 / 2^l of the sheet's rows and columns. */
export interface DenseHeadConfig {
  /** Channels of each level, finest first. */
  readonly widths: readonly number[];
  /** Blocks of each level on the way down; one as many as `widths`. */
  readonly depths: readonly number[];
  /** Blocks of each level on the way up, finest first: one fewer than `widths`. */
  readonly up_depths: readonly number[];
  /** Probability of zeroing what a block adds while training, 0 … 1 (excluded). */
  readonly dropout: number;
  /** The dense head alone: no backbone, no transformer; tables are its proposals, scored by how well the maps support them. */
  readonly only: boolean;
}

/** Channels that the backbone reads: those of the cells and, where there is a dense head, its features and maps. */
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

/** Backbone stages, which are the levels that deformable attention reads. */
export const LEVELS = 4;
