/** The parameters of a sweep as Optuna's distributions, and their values in its terms. */

import type { Json, JsonObject } from "../base/json.ts";
import { type Distribution, rounded, valueAtQuantile } from "./distribution.ts";
import type { SweepParameter } from "./sweep.ts";

/** A parameter of a study. */
export interface OptunaParameter {
  /** The parameter's name; where Optuna has no such distribution, the name of its quantile. */
  readonly name: string;
  /** As `optuna.distributions.json_to_distribution` reads it. */
  readonly distribution: JsonObject;
  /** True: Optuna knows the quantile of the value, a number between 0 and 1. */
  readonly isQuantile: boolean;
}

/** Optuna may propose quantiles of 0 and 1, at which the values of some distributions are infinite. */
const LEAST_QUANTILE = 1e-9;

/** @returns null for a constant, which Optuna has no use for. */
export function optunaParameter({ name, distribution }: SweepParameter): OptunaParameter | null {
  switch (distribution.kind) {
    case "constant":
      return null;
    case "categorical":
      return plain(name, "CategoricalDistribution", { choices: distribution.values.map(choice) });
    case "int_uniform":
      return plain(name, "IntDistribution", integers(distribution.min, distribution.max, 1));
    case "uniform": {
      const { min, max, q } = distribution;
      if (q === null) return plain(name, "FloatDistribution", floats(min, max, { log: false, step: null }));
      const [low, high] = [rounded(min, q), rounded(max, q)];
      return Number.isInteger(q)
        ? plain(name, "IntDistribution", integers(low, high, q))
        : plain(name, "FloatDistribution", floats(low, high, { log: false, step: q }));
    }
    case "log_uniform":
      return distribution.q === null
        ? plain(
            name,
            "FloatDistribution",
            floats(distribution.min, distribution.max, { log: true, step: null }),
          )
        : quantile(name);
    default:
      return quantile(name);
  }
}

/** The number that stands for a value in the journal. */
export function internalValue({ distribution }: SweepParameter, value: Json): number {
  if (distribution.kind !== "categorical") return value as number;
  const text = JSON.stringify(value);
  return distribution.values.findIndex((each) => JSON.stringify(each) === text);
}

/** The value that a number of the journal stands for. */
export function externalValue(
  { distribution }: { readonly distribution: Distribution },
  { isQuantile }: OptunaParameter,
  internal: number,
): Json {
  if (isQuantile) {
    return valueAtQuantile(distribution, Math.min(1 - LEAST_QUANTILE, Math.max(LEAST_QUANTILE, internal)));
  }
  if (distribution.kind === "categorical") return distribution.values[internal]!;
  const q = distribution.kind === "uniform" ? distribution.q : null;
  return q === null ? internal : rounded(internal, q);
}

function plain(name: string, kind: string, attributes: JsonObject): OptunaParameter {
  return { name, distribution: { name: kind, attributes }, isQuantile: false };
}

function quantile(name: string): OptunaParameter {
  const distribution = { name: "FloatDistribution", attributes: floats(0, 1, { log: false, step: null }) };
  return { name: `quantile of ${name}`, distribution, isQuantile: true };
}

function integers(low: number, high: number, step: number): JsonObject {
  return { log: false, step, low, high };
}

function floats(low: number, high: number, { log, step }: { log: boolean; step: number | null }): JsonObject {
  return { step, low, high, log };
}

/** Optuna's choices are null, true, false, numbers and texts; anything else is its JSON text. */
function choice(value: Json): Json {
  return value !== null && typeof value === "object" ? JSON.stringify(value) : value;
}
