/** Draws initial parameters from PyTorch's default distributions and the reference's own. */

import { type Random, randomStream } from "../base/random.ts";
import { LEVELS } from "./detector-config.ts";

/** How a parameter is initialised, by PyTorch's rules. `fanIn` is the number of inputs of one output. */
export type Initialisation =
  | { readonly kind: "zeros" | "ones" | "normal" }
  | { readonly kind: "constant"; readonly value: number }
  /** U(−1/√fanIn, 1/√fanIn): weights and biases of Linear and Conv2d (kaiming_uniform with a = √5). */
  | { readonly kind: "fan_in_uniform"; readonly fanIn: number }
  /** U(−√(6/(fanIn + fanOut)), √(6/(fanIn + fanOut))). */
  | { readonly kind: "xavier_uniform"; readonly fanIn: number; readonly fanOut: number }
  /**
   * Offsets that point each head in a direction of its own, point p at distance p + 1 (arXiv 2010.04159,
   * A.4).
   */
  | { readonly kind: "sampling_directions"; readonly heads: number; readonly points: number }
  /** 0, 0, −2, −2: the first boxes are small. */
  | { readonly kind: "small_box" };

/** Fills `values` in place. The draws depend on the seed and the name of the parameter alone. */
export function initialise(values: Float32Array, rule: Initialisation, seed: number, name: string): void {
  const random = randomStream(seed, "initialise", name);
  switch (rule.kind) {
    case "zeros":
      values.fill(0);
      return;
    case "ones":
      values.fill(1);
      return;
    case "constant":
      values.fill(rule.value);
      return;
    case "normal":
      for (let i = 0; i < values.length; i++) values[i] = random.normal();
      return;
    case "fan_in_uniform":
      uniform(values, 1 / Math.sqrt(rule.fanIn), random);
      return;
    case "xavier_uniform":
      uniform(values, Math.sqrt(6 / (rule.fanIn + rule.fanOut)), random);
      return;
    case "sampling_directions":
      samplingDirections(values, rule.heads, rule.points);
      return;
    case "small_box":
      values.set([0, 0, -2, -2]);
  }
}

/** Fills with uniform numbers in −bound … bound. */
function uniform(values: Float32Array, bound: number, random: Random): void {
  for (let i = 0; i < values.length; i++) values[i] = (2 * random.uniform() - 1) * bound;
}

/**
 * [M, L, P, 2]: head m looks along angle 2π m / M, scaled to the unit square's edge, point p at p + 1 times
 * that.
 */
function samplingDirections(values: Float32Array, heads: number, points: number): void {
  for (let head = 0; head < heads; head++) {
    const angle = head * ((2 * Math.PI) / heads);
    const x = Math.cos(angle);
    const y = Math.sin(angle);
    const longest = Math.max(Math.abs(x), Math.abs(y));
    for (let level = 0; level < LEVELS; level++) {
      for (let point = 0; point < points; point++) {
        const at = 2 * ((head * LEVELS + level) * points + point);
        values[at] = (x / longest) * (point + 1);
        values[at + 1] = (y / longest) * (point + 1);
      }
    }
  }
}
