/** Tests the names, shapes, order and initial values of the network's parameters. */

import { describe, expect, test } from "bun:test";
import { countParameters, describeArchitecture } from "../../core/model/architecture.ts";
import { DEFAULT_DETECTOR } from "../../core/model/detector-config.ts";
import { createParameters, layOutParameters } from "../../core/model/parameters.ts";
import { FULL_DETECTOR } from "../support/full-detector.ts";
import { tinyCheckpoint } from "../support/tiny-model.ts";

const parameters = createParameters(DEFAULT_DETECTOR, 7);

function moments(values: Float32Array): { mean: number; deviation: number; largest: number } {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
  return {
    mean,
    deviation: Math.sqrt(variance),
    largest: values.reduce((m, x) => Math.max(m, Math.abs(x)), 0),
  };
}

/**
 * A uniform distribution on ±bound has deviation bound / √3; the mean of n draws is within 5 standard errors
 * of 0.
 */
function expectUniform(values: Float32Array, bound: number): void {
  const { mean, deviation, largest } = moments(values);
  expect(largest).toBeLessThanOrEqual(bound * (1 + 1e-6));
  expect(largest).toBeGreaterThan(0.95 * bound);
  expect(Math.abs(mean)).toBeLessThan((5 * bound) / Math.sqrt(3 * values.length));
  expect(Math.abs(deviation / (bound / Math.sqrt(3)) - 1)).toBeLessThan(0.05);
}

describe("parameterSpecs()", () => {
  test("has the names, the order and the shapes of the reference's state_dict", () => {
    // tinyCheckpoint() compares both with the file that PyTorch wrote, and throws where they differ.
    expect(tinyCheckpoint().parameters.names.length).toBeGreaterThan(100);
  });

  test("counts as many parameters as the reference's networks have", () => {
    expect(countParameters(DEFAULT_DETECTOR)).toBe(3_220_204);
    expect(countParameters(FULL_DETECTOR)).toBe(24_922_528);
    expect(countParameters({ ...DEFAULT_DETECTOR, box_refine: false, use_grn: false })).toBe(3_176_807);
  });
});

describe("createParameters()", () => {
  test("draws the same values for the same seed, others for another", () => {
    expect(createParameters(DEFAULT_DETECTOR, 7).flat).toEqual(parameters.flat);
    expect(createParameters(DEFAULT_DETECTOR, 8).flat).not.toEqual(parameters.flat);
  });

  test("draws Linear and Conv2d as PyTorch does: uniform within 1/√inputs, bias alike", () => {
    expectUniform(parameters.view("encoder.0.linear1.weight"), 1 / Math.sqrt(128));
    expectUniform(parameters.view("encoder.0.linear1.bias"), 1 / Math.sqrt(128));
    expectUniform(parameters.view("backbone.stem.conv.weight"), 1 / Math.sqrt(43 * 16));
    expectUniform(parameters.view("backbone.stages.2.down.weight"), 1 / Math.sqrt(64 * 9));
    expectUniform(parameters.view("backbone.stages.3.blocks.0.dwconv.weight"), 1 / 3);
    expectUniform(parameters.view("decoder.0.self_attn.out_proj.weight"), 1 / Math.sqrt(128));
  });

  test("draws attention's projections by Xavier's rule, with zero biases", () => {
    expectUniform(parameters.view("decoder.1.self_attn.in_proj_weight"), Math.sqrt(6 / (128 + 384)));
    expectUniform(parameters.view("encoder.1.self_attn.value_proj.weight"), Math.sqrt(6 / 256));
    for (const name of [
      "decoder.0.self_attn.in_proj_bias",
      "decoder.0.self_attn.out_proj.bias",
      "encoder.0.self_attn.value_proj.bias",
      "encoder.0.self_attn.attention_weights.weight",
      "encoder.0.self_attn.sampling_offsets.weight",
      "backbone.stages.0.blocks.0.grn.gamma",
    ]) {
      expect(parameters.view(name).every((x) => x === 0)).toBe(true);
    }
  });

  test("draws embeddings from the standard normal distribution", () => {
    const { mean, deviation } = moments(parameters.view("query_embed.weight"));
    expect(Math.abs(mean)).toBeLessThan(0.1);
    expect(Math.abs(deviation - 1)).toBeLessThan(0.05);
    expect(Math.abs(moments(parameters.view("level_embed")).deviation - 1)).toBeLessThan(0.15);
  });

  test("points each head's samples in its own direction, one unit further each", () => {
    const offsets = parameters.view("encoder.0.self_attn.sampling_offsets.bias");
    const at = (head: number, level: number, point: number) => {
      const start = 2 * ((head * 4 + level) * 4 + point);
      return [...offsets.subarray(start, start + 2)].map((x) => Math.round(x * 1e4) / 1e4 + 0);
    };
    expect(at(0, 0, 0)).toEqual([1, 0]);
    expect(at(1, 3, 2)).toEqual([3, 3]); // 45 degrees, scaled to the square's corner
    expect(at(2, 1, 1)).toEqual([0, 2]);
    expect(at(4, 0, 3)).toEqual([-4, 0]);
  });

  test("begins with a score of 0.01 for every query, and with small boxes", () => {
    const [bias] = parameters.view("class_embed.0.bias");
    expect(1 / (1 + Math.exp(-bias!))).toBeCloseTo(0.01, 6);
    expect([...parameters.view("bbox_embed.0.layers.2.bias")]).toEqual([0, 0, -2, -2]);
    expect([...parameters.view("bbox_embed.1.layers.2.bias")]).toEqual([0, 0, 0, 0]);
    expect(parameters.view("bbox_embed.0.layers.2.weight").every((x) => x === 0)).toBe(true);
  });
});

describe("layOutParameters()", () => {
  test("takes shared memory, and views it by name without copies", () => {
    const size = parameters.flat.length;
    const shared = layOutParameters(DEFAULT_DETECTOR, new Float32Array(new SharedArrayBuffer(4 * size)));
    shared.view("level_embed")[1] = 5;
    expect(shared.flat[1]).toBe(5);
    const views = shared.viewsOf(shared.flat);
    expect([...views.keys()]).toEqual([...shared.names]);
    expect([...views.values()].reduce((sum, view) => sum + view.length, 0)).toBe(size);
  });

  test("refuses an array of the wrong length and names that do not exist", () => {
    expect(() => layOutParameters(DEFAULT_DETECTOR, new Float32Array(3))).toThrow("got an array of 3");
    expect(() => parameters.view("head.weight")).toThrow("no parameter head.weight");
  });
});

test("describeArchitecture() shows every module with its parameter count and every parameter with its shape", () => {
  const text = describeArchitecture(DEFAULT_DETECTOR);
  expect(text).toContain("TableDetector  (3,220,204 parameters)");
  expect(text).toContain("hidden_dim: 128");
  expect(text).toContain("conv: Conv2d(43 -> 32, 4x4)  (22,048 parameters)");
  expect(text).toContain("weight [32, 43, 4, 4]");
  expect(text).toContain("dwconv: DepthwiseConv2d(32, 3x3)");
  expect(text).toContain("query_embed: Embedding(10, 256)");
  const shapes = text.split("\n").filter((line) => /^\s+\w+ \[[\d, ]+\]$/.test(line));
  expect(shapes.length).toBe(parameters.names.length);
});
