/** The distributions of a sweep's parameters, and the value of each at a quantile. */

import type { Json } from "../base/json.ts";
import { betaQuantile } from "./beta-quantile.ts";
import { normalQuantile } from "./normal-quantile.ts";

/**
 * How the values of a parameter are distributed, by W&B's definitions. The bounds of all logarithmic
 * distributions are values here, also where the file has exponents. An inverse logarithmic distribution is a
 * logarithmic one: its values are the same, in the other order.
 */
export type Distribution =
  | { readonly kind: "constant"; readonly value: Json }
  | {
      readonly kind: "categorical";
      readonly values: readonly Json[];
      /** One per value; they add up to 1. Null: all values are equally likely. */
      readonly probabilities: readonly number[] | null;
    }
  /** Whole numbers, both bounds included. */
  | { readonly kind: "int_uniform"; readonly min: number; readonly max: number }
  | ({ readonly kind: "uniform"; readonly min: number; readonly max: number } & Rounded)
  | ({ readonly kind: "log_uniform"; readonly min: number; readonly max: number } & Rounded)
  | ({ readonly kind: "normal" | "log_normal"; readonly mu: number; readonly sigma: number } & Rounded)
  | ({ readonly kind: "beta"; readonly a: number; readonly b: number } & Rounded);

interface Rounded {
  /** Values are rounded to multiples of it; null: they are not. */
  readonly q: number | null;
}

/**
 * The value below which the part `quantile` of all values lies.
 *
 * @param quantile Above 0 and below 1.
 */
export function valueAtQuantile(distribution: Distribution, quantile: number): Json {
  switch (distribution.kind) {
    case "constant":
      return distribution.value;
    case "categorical":
      return distribution.values[chosen(distribution, quantile)]!;
    case "int_uniform": {
      const { min, max } = distribution;
      return Math.min(max, min + Math.floor(quantile * (max - min + 1)));
    }
    default: {
      const value = continuousValue(distribution, quantile);
      return distribution.q === null ? value : rounded(value, distribution.q);
    }
  }
}

type Continuous = Exclude<Distribution, { kind: "constant" | "categorical" | "int_uniform" }>;

function continuousValue(distribution: Continuous, quantile: number): number {
  switch (distribution.kind) {
    case "uniform":
      return distribution.min + quantile * (distribution.max - distribution.min);
    case "log_uniform": {
      const low = Math.log(distribution.min);
      return Math.exp(low + quantile * (Math.log(distribution.max) - low));
    }
    case "normal":
      return distribution.mu + distribution.sigma * normalQuantile(quantile);
    case "log_normal":
      return Math.exp(distribution.mu + distribution.sigma * normalQuantile(quantile));
    case "beta":
      return betaQuantile(quantile, distribution.a, distribution.b);
  }
}

/** The index of the value at a quantile. */
function chosen(
  { values, probabilities }: Extract<Distribution, { kind: "categorical" }>,
  quantile: number,
): number {
  if (probabilities === null) return Math.min(values.length - 1, Math.floor(quantile * values.length));
  let sum = 0;
  const index = probabilities.findIndex((probability) => {
    sum += probability;
    return quantile < sum;
  });
  // Probabilities that add up to slightly less than 1 leave a gap at the end.
  return index < 0 ? probabilities.findLastIndex((probability) => probability > 0) : index;
}

/** The multiple of `q` that is nearest to a value; of two equally near ones the even multiple. */
export function rounded(value: number, q: number): number {
  const ratio = value / q;
  const below = Math.floor(ratio);
  const fraction = ratio - below;
  if (fraction === 0.5) return (below % 2 === 0 ? below : below + 1) * q;
  return (fraction < 0.5 ? below : below + 1) * q;
}
