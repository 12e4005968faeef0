/** The random draws of generated sheets that `Random` itself does not have. */

import type { Random } from "../base/random.ts";

/** One of the values, each with a probability in proportion to its weight (≥ 0). */
export function weighted<T>(random: Random, choices: readonly (readonly [value: T, weight: number])[]): T {
  let rest = random.uniform() * choices.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [value, weight] of choices) {
    rest -= weight;
    if (rest < 0) return value;
  }
  return choices.at(-1)![0];
}

/**
 * An integer in low … high (low ≥ 1) with a uniform logarithm: for sizes, of which most are small and some
 * large.
 */
export function logInteger(random: Random, low: number, high: number): number {
  const value = Math.exp(Math.log(low) + random.uniform() * (Math.log(high + 1) - Math.log(low)));
  return Math.min(high, Math.floor(value));
}

/** `count` different values in a random order; all of them if there are fewer. */
export function sample<T>(random: Random, values: readonly T[], count: number): T[] {
  return random.shuffled(values).slice(0, count);
}

/** `count` different values in the order of the list. */
export function sampleInOrder<T>(random: Random, values: readonly T[], count: number): T[] {
  const kept = new Set(
    sample(
      random,
      values.map((_, index) => index),
      count,
    ),
  );
  return values.filter((_, index) => kept.has(index));
}

/** The value rounded to a number of decimals (0 … 10), without the noise of binary fractions. */
export function rounded(value: number, decimals: number): number {
  const power = POWERS[decimals]!;
  return Math.round(value * power) / power;
}

const POWERS = Array.from({ length: 11 }, (_, exponent) => 10 ** exponent);
