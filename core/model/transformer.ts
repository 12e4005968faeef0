/**
 * The layers of Deformable DETR (arXiv 2010.04159), with normalisation after each residual and dropout on
 * each branch.
 */

import * as tf from "@tensorflow/tfjs-core";
import { msDeformAttn, samplingLocations } from "../tensor/deformable-attention.ts";
import { dropoutAdd } from "../tensor/dropout.ts";
import { layerNorm } from "../tensor/layer-norm.ts";
import { linear } from "../tensor/linear.ts";
import { reshape } from "../tensor/reshape.ts";
import { selfAttention } from "../tensor/self-attention.ts";
import { softmax } from "../tensor/softmax.ts";
import type { Batch } from "./batch.ts";
import { type DetectorConfig, LEVELS } from "./detector-config.ts";
import type { DropoutSites } from "./dropout-sites.ts";
import type { Weights } from "./weights.ts";

const EPS = 1e-5;

/**
 * Where queries look: [B, Q, L, 2] centres or [B, Q, L, 4] boxes, and whether a gradient flows back through
 * them.
 */
export interface Reference {
  readonly points: tf.Tensor;
  readonly gradient: boolean;
}

/**
 * What all layers share. Letters as in `Geometry`, Q queries per sheet. Results are owned by the caller's
 * tidy.
 */
export interface LayerContext {
  readonly config: DetectorConfig;
  readonly batch: Batch;
  readonly dropout: DropoutSites;
}

/** @param src [B·S, D] tokens. @param position [B·S, D] position codes. @returns [B·S, D]. */
export function encoderLayer(
  weights: Weights,
  src: tf.Tensor,
  position: tf.Tensor,
  context: LayerContext,
): tf.Tensor {
  const query = tf.add(src, position);
  const reference = { points: context.batch.centres, gradient: false };
  const read = deformableAttention(weights.of("self_attn"), query, reference, src, context);
  const attended = residualNorm(weights.of("norm1"), read, src, context);
  return feedForward(weights, "norm2", attended, context);
}

/**
 * @param target [B·Q, D], the content of each query.
 * @param position [B·Q, D], the position codes of the queries.
 * @param memory [B·S, D], the encoded tokens.
 * @returns [B·Q, D].
 */
export function decoderLayer(
  weights: Weights,
  target: tf.Tensor,
  position: tf.Tensor,
  reference: Reference,
  memory: tf.Tensor,
  context: LayerContext,
): tf.Tensor {
  const { config, batch, dropout } = context;
  const own = weights.of("self_attn");
  const projections = {
    inWeight: own.get("in_proj_weight"),
    inBias: own.get("in_proj_bias"),
    outWeight: own.of("out_proj").weight,
    outBias: own.of("out_proj").bias,
  };
  const heads = { sheets: batch.sheets, heads: config.num_heads, dropout: dropout() };
  const among = selfAttention(tf.add(target, position), target, projections, heads);
  const mixed = residualNorm(weights.of("norm1"), among, target, context);
  const query = tf.add(mixed, position);
  const read = deformableAttention(weights.of("cross_attn"), query, reference, memory, context);
  const informed = residualNorm(weights.of("norm2"), read, mixed, context);
  return feedForward(weights, "norm3", informed, context);
}

/**
 * Multi-scale deformable attention with its four projections.
 *
 * @param query [B·Q, D].
 * @param src [B·S, D].
 * @returns [B·Q, D].
 */
function deformableAttention(
  weights: Weights,
  query: tf.Tensor,
  reference: Reference,
  src: tf.Tensor,
  { config, batch }: LayerContext,
): tf.Tensor {
  const { num_heads: M, num_points: P, hidden_dim: D } = config;
  const B = batch.sheets;
  const Q = query.shape[0]! / B;
  const project = (name: string, x: tf.Tensor) => {
    const { weight, bias, packed } = weights.of(name);
    return linear(x, weight, bias, { packed });
  };
  const values = project("value_proj", src);
  const known = batch.validTokens ? tf.mul(values, batch.validTokens) : values;
  const value = reshape(known, [B, batch.tokens, M, D / M]);
  const offsets = reshape(project("sampling_offsets", query), [B, Q, M, LEVELS, P, 2]);
  const logits = reshape(project("attention_weights", query), [B * Q * M, LEVELS * P]);
  const shares = reshape(softmax(logits), [B, Q, M, LEVELS, P]);
  const places = samplingLocations(offsets, reference.points, batch.levels, reference.gradient);
  const read = msDeformAttn(value, batch.levels, places, shares);
  return project("output_proj", reshape(read, [B * Q, D]));
}

/** norm(residual + dropout(branch)). */
function residualNorm(
  weights: Weights,
  branch: tf.Tensor,
  residual: tf.Tensor,
  { dropout }: LayerContext,
): tf.Tensor {
  return layerNorm(dropoutAdd(branch, residual, dropout()), weights.weight, weights.bias, EPS);
}

/** Two linear layers with a ReLU between them, residual, normalisation. */
function feedForward(weights: Weights, norm: string, x: tf.Tensor, context: LayerContext): tf.Tensor {
  const [first, second] = [weights.of("linear1"), weights.of("linear2")];
  const options = { relu: true, dropout: context.dropout(), packed: first.packed };
  const wide = linear(x, first.weight, first.bias, options);
  const narrow = linear(wide, second.weight, second.bias, { packed: second.packed });
  return residualNorm(weights.of(norm), narrow, x, context);
}
