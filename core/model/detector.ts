/** The table detector's forward pass: backbone, encoder, decoder, heads. */

import * as tf from "@tensorflow/tfjs-core";
import { addRows } from "../tensor/add-rows.ts";
import { detach } from "../tensor/detach.ts";
import { linear } from "../tensor/linear.ts";
import { refineBox } from "../tensor/refine-box.ts";
import { reshape } from "../tensor/reshape.ts";
import { backbone } from "./backbone.ts";
import type { Batch } from "./batch.ts";
import { type DetectorConfig, LEVELS } from "./detector-config.ts";
import type { DropoutSites } from "./dropout-sites.ts";
import { decoderLayer, encoderLayer, type LayerContext } from "./transformer.ts";
import type { Weights } from "./weights.ts";

/** The outputs of one decoder layer. Letters: B sheets, Q queries, K classes. */
export interface LayerTensors {
  /** [B·Q, K]. */
  readonly logits: tf.Tensor;
  /** [B·Q, 4] cxcywh, in 0 … 1 of the sheet's own, unpadded width and height. */
  readonly boxes: tf.Tensor;
}

/**
 * The findings of the dense head, from which the queries start as in the two-stage variant of Deformable
 * DETR (arXiv 2010.04159, A.4). They are data: no gradient goes back through them.
 */
export interface DenseInput {
  /**
   * [B, H, W, C] of the padded grid: the features of the cells, then the features and maps of the dense
   * head.
   */
  readonly cells: tf.Tensor;
  /** [B·Q, 4] cxcywh in 0 … 1 of each sheet. */
  readonly boxes: tf.Tensor;
  /** [B·Q, D]: the sine code of each box. */
  readonly position: tf.Tensor;
  /** [B·Q, E]: the evidence of each proposal; E is the length of `EVIDENCE`. */
  readonly evidence: tf.Tensor;
}

/**
 * @param dense Required for a network with a dense head.
 * @returns One entry per decoder layer, first to last; owned by the caller's tidy.
 */
export function detect(
  weights: Weights,
  batch: Batch,
  config: DetectorConfig,
  dropout: DropoutSites,
  dense: DenseInput | null = null,
): LayerTensors[] {
  const { sheets: B, tokens: S } = batch;
  const { hidden_dim: D, num_queries: Q } = config;
  const context: LayerContext = { config, batch, dropout };

  const maps = backbone(weights.of("backbone"), batch, config, dense?.cells).map((x) =>
    reshape(x, [B, -1, D]),
  );
  const position = addRows(batch.position, weights.get("level_embed"), batch.levelOf);
  let memory: tf.Tensor = reshape(tf.concat(maps, 1), [B * S, D]);
  for (let index = 0; index < config.num_encoder_layers; index++) {
    const tokens = memory;
    memory = tf.tidy(() => encoderLayer(weights.of(`encoder.${index}`), tokens, position, context));
  }

  const start = dense ? proposedQueries(weights, dense) : learnedQueries(weights, batch, config);
  const { position: queryPosition } = start;
  let { target, box, gradient } = start;
  const layers: LayerTensors[] = [];
  for (let index = 0; index < config.num_decoder_layers; index++) {
    const reference = { points: onEveryLevel(box, batch, Q), gradient };
    const layer = weights.of(`decoder.${index}`);
    target = decoderLayer(layer, target, queryPosition, reference, memory, context);
    const head = config.box_refine ? index : 0;
    const boxes = refineBox(boxHead(weights.of(`bbox_embed.${head}`), target), box);
    const { weight, bias } = weights.of(`class_embed.${head}`);
    layers.push({ logits: linear(target, weight, bias), boxes });
    if (config.box_refine) {
      box = detach(boxes);
      gradient = false;
    }
  }
  return layers;
}

/** The start of the decoder's queries. */
interface Queries {
  /** [B·Q, D]: the position code of each query. */
  readonly position: tf.Tensor;
  /** [B·Q, D]: the content of each query. */
  readonly target: tf.Tensor;
  /** [B·Q, 2 | 4]: reference points (x, y) or boxes cxcywh, in 0 … 1 of each sheet. */
  readonly box: tf.Tensor;
  /** Whether `box` is learned. */
  readonly gradient: boolean;
}

function learnedQueries(weights: Weights, { sheets: B }: Batch, config: DetectorConfig): Queries {
  const { hidden_dim: D, num_queries: Q } = config;
  const queries = weights.get("query_embed.weight");
  const forEachSheet = (x: tf.Tensor) => (B === 1 ? x : tf.tile(x, [B, 1]));
  const position = forEachSheet(tf.slice(queries, [0, 0], [Q, D]));
  const target = forEachSheet(tf.slice(queries, [0, D], [Q, D]));
  const points = weights.of("reference_points");
  return { position, target, box: tf.sigmoid(linear(position, points.weight, points.bias)), gradient: true };
}

function proposedQueries(weights: Weights, { boxes, position, evidence }: DenseInput): Queries {
  const embed = weights.of("proposal_embed");
  const layer = (name: string, x: tf.Tensor, relu: boolean) => {
    const { weight, bias, packed } = embed.of(name);
    return linear(x, weight, bias, { relu, packed, inputGradient: relu === false && name !== "position" });
  };
  const target = layer("content.1", layer("content.0", evidence, true), false);
  return { position: layer("position", position, false), target, box: boxes, gradient: false };
}

/** [B·Q, 2 | 4] in fractions of each sheet → [B, Q, L, 2 | 4] in fractions of each padded level. */
function onEveryLevel(box: tf.Tensor, { sheets, ratios }: Batch, queries: number): tf.Tensor {
  const size = box.shape[1]!;
  const shares = tf.slice(ratios, [0, 0, 0, 0], [sheets, 1, LEVELS, size]);
  return tf.mul(reshape(box, [sheets, queries, 1, size]), shares);
}

/** Three linear layers with ReLUs between them: [N, D] → [N, 4]. */
function boxHead(weights: Weights, x: tf.Tensor): tf.Tensor {
  const layer = (index: number, input: tf.Tensor, relu: boolean) => {
    const { weight, bias, packed } = weights.of(`layers.${index}`);
    return linear(input, weight, bias, { relu, packed });
  };
  return layer(2, layer(1, layer(0, x, true), true), false);
}
