/**
 * The weights of the network on the host: one flat float32 array, and a name, a shape and an offset for
 * each parameter. Names, order, shapes and layouts are those of the PyTorch reference's `state_dict()`.
 */

import { DENSE_MAPS } from "../proposals/dense-maps.ts";
import { EVIDENCE } from "../proposals/evidence.ts";
import { backboneChannels, type DenseHeadConfig, type DetectorConfig, LEVELS } from "./detector-config.ts";
import type { Initialisation } from "./initialise.ts";
import { initialise } from "./initialise.ts";

/** A parameter without values. */
export interface ParameterSpec {
  readonly name: string;
  /** As in PyTorch: [out, in] for Linear, [out, in / groups, kernel rows, kernel columns] for Conv2d. */
  readonly shape: readonly number[];
  readonly initialisation: Initialisation;
}

/** Weights by name over one flat array. */
export interface ParameterSet {
  readonly names: readonly string[];
  readonly shapes: readonly (readonly number[])[];
  /** Parameter i begins at `offsets[i]` in `flat`. */
  readonly offsets: readonly number[];
  /** All values, parameter after parameter, each row-major. Gradients and moments have the same layout. */
  readonly flat: Float32Array;
  /**
   * A view of a parameter in `flat`, or in `array` of the same layout.
   *
   * @throws {RangeError} For an unknown name.
   */
  view(name: string, array?: Float32Array): Float32Array;
  /** Views of all parameters, by name and in order, in an array laid out like `flat`. */
  viewsOf(array: Float32Array): ReadonlyMap<string, Float32Array>;
}

/** The parameters of the reference in the order of its `state_dict()`. */
export function parameterSpecs(c: DetectorConfig): ParameterSpec[] {
  const specs: ParameterSpec[] = [];
  const add = (name: string, shape: readonly number[], initialisation: Initialisation) =>
    specs.push({ name, shape, initialisation });
  const linear = (name: string, inputs: number, outputs: number) => {
    add(`${name}.weight`, [outputs, inputs], { kind: "fan_in_uniform", fanIn: inputs });
    add(`${name}.bias`, [outputs], { kind: "fan_in_uniform", fanIn: inputs });
  };
  const conv = (name: string, inputs: number, outputs: number, kernel: number) => {
    const fanIn = inputs * kernel * kernel;
    add(`${name}.weight`, [outputs, inputs, kernel, kernel], { kind: "fan_in_uniform", fanIn });
    add(`${name}.bias`, [outputs], { kind: "fan_in_uniform", fanIn });
  };
  const norm = (name: string, size: number) => {
    add(`${name}.weight`, [size], { kind: "ones" });
    add(`${name}.bias`, [size], { kind: "zeros" });
  };
  const xavier = (name: string, size: number) => {
    add(`${name}.weight`, [size, size], { kind: "xavier_uniform", fanIn: size, fanOut: size });
    add(`${name}.bias`, [size], { kind: "zeros" });
  };
  const deformable = (name: string) => {
    const samples = c.num_heads * LEVELS * c.num_points;
    add(`${name}.sampling_offsets.weight`, [2 * samples, D], { kind: "zeros" });
    const directions = { kind: "sampling_directions", heads: c.num_heads, points: c.num_points } as const;
    add(`${name}.sampling_offsets.bias`, [2 * samples], directions);
    add(`${name}.attention_weights.weight`, [samples, D], { kind: "zeros" });
    add(`${name}.attention_weights.bias`, [samples], { kind: "zeros" });
    xavier(`${name}.value_proj`, D);
    xavier(`${name}.output_proj`, D);
  };
  const D = c.hidden_dim;
  const widths = c.depths.map((_, stage) => c.base_width * 2 ** stage);

  const block = (name: string, width: number) => {
    add(`${name}.dwconv.weight`, [width, 1, 3, 3], { kind: "fan_in_uniform", fanIn: 9 });
    add(`${name}.dwconv.bias`, [width], { kind: "fan_in_uniform", fanIn: 9 });
    norm(`${name}.norm`, width);
    linear(`${name}.pwconv1`, width, 4 * width);
    if (c.use_grn) {
      add(`${name}.grn.gamma`, [4 * width], { kind: "zeros" });
      add(`${name}.grn.beta`, [4 * width], { kind: "zeros" });
    }
    linear(`${name}.pwconv2`, 4 * width, width);
  };

  const denseHead = ({ widths, depths, up_depths }: DenseHeadConfig) => {
    conv("dense_head.stem", c.in_channels, widths[0]!, 3);
    widths.forEach((width, level) => {
      if (level > 0) conv(`dense_head.down.${level}`, widths[level - 1]!, width, 3);
      for (let index = 0; index < depths[level]!; index++)
        block(`dense_head.encoder.${level}.${index}`, width);
    });
    for (let level = widths.length - 2; level >= 0; level--) {
      linear(`dense_head.up.${level}`, widths[level + 1]!, widths[level]!);
      for (let index = 0; index < up_depths[level]!; index++) {
        block(`dense_head.decoder.${level}.${index}`, widths[level]!);
      }
    }
    linear("dense_head.out", widths[0]!, DENSE_MAPS.length);
  };
  if (c.dense_head) denseHead(c.dense_head);
  if (c.dense_head?.only) return specs;

  add("level_embed", [LEVELS, D], { kind: "normal" });
  conv("backbone.stem.conv", backboneChannels(c), c.base_width, c.stem_stride);
  norm("backbone.stem.norm", c.base_width);
  c.depths.forEach((depth, stage) => {
    const width = widths[stage]!;
    // Modules have the order in which the reference creates them: `down` of a stage before its blocks.
    if (stage > 0) conv(`backbone.stages.${stage}.down`, width / 2, width, 3);
    for (let index = 0; index < depth; index++) block(`backbone.stages.${stage}.blocks.${index}`, width);
  });
  widths.forEach((width, level) => {
    linear(`backbone.adapters.${level}.proj`, width, D);
    norm(`backbone.adapters.${level}.norm`, D);
  });
  for (let index = 0; index < c.num_encoder_layers; index++) {
    const layer = `encoder.${index}`;
    deformable(`${layer}.self_attn`);
    norm(`${layer}.norm1`, D);
    linear(`${layer}.linear1`, D, c.ffn_ratio * D);
    linear(`${layer}.linear2`, c.ffn_ratio * D, D);
    norm(`${layer}.norm2`, D);
  }
  if (c.dense_head) {
    linear("proposal_embed.position", D, D);
    linear("proposal_embed.content.0", EVIDENCE.length, D);
    linear("proposal_embed.content.1", D, D);
  } else {
    add("query_embed.weight", [c.num_queries, 2 * D], { kind: "normal" });
    linear("reference_points", D, 2);
  }
  for (let index = 0; index < c.num_decoder_layers; index++) {
    const layer = `decoder.${index}`;
    add(`${layer}.self_attn.in_proj_weight`, [3 * D, D], {
      kind: "xavier_uniform",
      fanIn: D,
      fanOut: 3 * D,
    });
    add(`${layer}.self_attn.in_proj_bias`, [3 * D], { kind: "zeros" });
    add(`${layer}.self_attn.out_proj.weight`, [D, D], { kind: "fan_in_uniform", fanIn: D });
    add(`${layer}.self_attn.out_proj.bias`, [D], { kind: "zeros" });
    norm(`${layer}.norm1`, D);
    deformable(`${layer}.cross_attn`);
    norm(`${layer}.norm2`, D);
    linear(`${layer}.linear1`, D, c.ffn_ratio * D);
    linear(`${layer}.linear2`, c.ffn_ratio * D, D);
    norm(`${layer}.norm3`, D);
  }
  const heads = c.box_refine ? c.num_decoder_layers : 1;
  for (let head = 0; head < heads; head++) {
    add(`class_embed.${head}.weight`, [c.num_classes, D], { kind: "fan_in_uniform", fanIn: D });
    // The sigmoid is then 0.01, as almost every query is background at first (arXiv 1708.02002, 4.1).
    const value = -Math.log((1 - 0.01) / 0.01);
    add(`class_embed.${head}.bias`, [c.num_classes], { kind: "constant", value });
  }
  for (let head = 0; head < heads; head++) {
    linear(`bbox_embed.${head}.layers.0`, D, D);
    linear(`bbox_embed.${head}.layers.1`, D, D);
    add(`bbox_embed.${head}.layers.2.weight`, [4, D], { kind: "zeros" });
    // Proposals already have a size.
    const isSmall = head === 0 && !c.dense_head;
    add(`bbox_embed.${head}.layers.2.bias`, [4], { kind: isSmall ? "small_box" : "zeros" });
  }
  return specs;
}

/** A set over zeros, or over `flat` (of the right length; it may be in shared memory). */
export function layOutParameters(c: DetectorConfig, flat?: Float32Array): ParameterSet {
  const specs = parameterSpecs(c);
  const offsets: number[] = [];
  let total = 0;
  for (const { shape } of specs) {
    offsets.push(total);
    total += elements(shape);
  }
  const values = flat ?? new Float32Array(total);
  if (values.length !== total) {
    throw new RangeError(`Parameters need ${total} numbers, got an array of ${values.length}`);
  }
  const index = new Map(specs.map(({ name }, i) => [name, i]));
  const part = (array: Float32Array, i: number) =>
    array.subarray(offsets[i], offsets[i]! + elements(specs[i]!.shape));
  return {
    names: specs.map(({ name }) => name),
    shapes: specs.map(({ shape }) => shape),
    offsets,
    flat: values,
    view(name, array = values) {
      const i = index.get(name);
      if (i === undefined) throw new RangeError(`The network has no parameter ${name}`);
      return part(array, i);
    },
    viewsOf: (array) => new Map(specs.map(({ name }, i) => [name, part(array, i)])),
  };
}

/** The initial weights by the reference's rules. Each parameter has a stream of `seed` of its own. */
export function createParameters(c: DetectorConfig, seed: number, flat?: Float32Array): ParameterSet {
  const parameters = layOutParameters(c, flat);
  for (const { name, initialisation } of parameterSpecs(c)) {
    initialise(parameters.view(name), initialisation, seed, name);
  }
  return parameters;
}

/** The number of elements of a shape. */
export function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
