/** The network of a configuration. */

import type { Config } from "../config/config.ts";
import { channelCount } from "../features/packed-grid.ts";
import { DEFAULT_DETECTOR, type DenseHeadConfig, type DetectorConfig } from "../model/detector-config.ts";

/** The network that section `model` of a configuration describes. */
export function detectorSettings({ features, backbone, detr, dense_head }: Config["model"]): DetectorConfig {
  const { base_width, depths, stem_stride, use_grn } = backbone;
  const { num_queries, num_encoder_layers, num_decoder_layers, hidden_dim, num_heads } = detr;
  const { num_points, ffn_ratio, dropout, box_refine } = detr;
  return {
    ...DEFAULT_DETECTOR, // num_classes is fixed by the task
    // Configurations in older checkpoints have no such key.
    in_channels: channelCount(features ?? "tablesense43"),
    stem_stride,
    base_width,
    depths,
    use_grn,
    hidden_dim,
    num_heads,
    num_points,
    num_encoder_layers,
    num_decoder_layers,
    num_queries,
    ffn_ratio,
    dropout,
    box_refine,
    ...(detr.scores === "fit" && dense_head?.enabled ? { scores_fit: true } : {}),
    // Configurations in older checkpoints have no such section.
    ...(dense_head?.enabled ? { dense_head: denseHead(dense_head) } : {}),
  };
}

function denseHead({
  widths,
  depths,
  up_depths,
  dropout = 0,
  only,
}: Config["model"]["dense_head"]): DenseHeadConfig {
  return { widths, depths, up_depths, dropout, only };
}
