/** Holds the values of every distribution to their definitions, and to W&B's own package. */

import { describe, expect, test } from "bun:test";
import { betaQuantile } from "../../core/sweep/beta-quantile.ts";
import { type Distribution, rounded, valueAtQuantile } from "../../core/sweep/distribution.ts";
import { normalQuantile } from "../../core/sweep/normal-quantile.ts";
import { OPTUNA_PYTHON, runInPython } from "../support/optuna-python.ts";
import { sweepOf } from "./sweep-of.ts";

/** One parameter of each kind, as files have them. */
const PARAMETERS = {
  a_constant: { value: "x" },
  a_list: { values: [1, "b", null, [2, 3]] },
  a_weighted_list: { values: ["a", "b", "c"], probabilities: [0.2, 0.5, 0.3] },
  b_int: { min: 3, max: 9 },
  b_uniform: { distribution: "uniform", min: -2, max: 5 },
  b_q_uniform: { distribution: "q_uniform", min: 0, max: 10, q: 3 },
  b_q_uniform_fine: { distribution: "q_uniform", min: 0, max: 1, q: 0.25 },
  c_log: { distribution: "log_uniform", min: -3, max: 2 },
  c_log_values: { distribution: "log_uniform_values", min: 1e-5, max: 0.1 },
  c_q_log: { distribution: "q_log_uniform", min: 0, max: 5, q: 2 },
  c_q_log_values: { distribution: "q_log_uniform_values", min: 1, max: 500, q: 5 },
  c_inverse: { distribution: "inv_log_uniform", min: -3, max: 2 },
  c_inverse_values: { distribution: "inv_log_uniform_values", min: 1e-5, max: 0.1 },
  d_normal: { distribution: "normal", mu: 3, sigma: 2 },
  d_q_normal: { distribution: "q_normal", mu: 3, sigma: 20, q: 4 },
  d_log_normal: { distribution: "log_normal", mu: 1, sigma: 0.5 },
  d_q_log_normal: { distribution: "q_log_normal", mu: 3, sigma: 0.5, q: 0.5 },
  e_beta: { distribution: "beta", a: 2, b: 5 },
  e_steep_beta: { distribution: "beta", a: 0.5, b: 0.7 },
  e_q_beta: { distribution: "q_beta", a: 2, b: 5, q: 0.1 },
};
const QUANTILES = [1e-6, 0.013, 0.17, 0.31, 0.501, 0.66, 0.83, 0.987, 1 - 1e-6];

const PPF = `
from sweeps.params import HyperParameter
plain = lambda v: v.item() if hasattr(v, "item") else v
answer = {name: [plain(HyperParameter(name, config).ppf(q)) for q in given["quantiles"]]
    for name, config in given["parameters"].items()}
`;

const nineDigits = (value: unknown) => (typeof value === "number" ? Number(value.toPrecision(9)) : value);

describe("the value of a distribution at a quantile", () => {
  test.skipIf(OPTUNA_PYTHON === null)("is that of W&B's package, for every distribution", () => {
    const theirs = runInPython(PPF, { parameters: PARAMETERS, quantiles: QUANTILES }) as Record<
      string,
      unknown[]
    >;
    const { parameters } = sweepOf({ parameters: PARAMETERS });
    expect(parameters.map(({ name }) => name)).toEqual(Object.keys(PARAMETERS).sort());
    for (const { name, distribution } of parameters) {
      const ours = QUANTILES.map((quantile) => valueAtQuantile(distribution, quantile));
      expect([name, ours.map(nineDigits)]).toEqual([name, theirs[name]!.map(nineDigits)]);
    }
  });

  test("reaches both bounds of whole numbers, and every value of a list equally often", () => {
    const counts = (distribution: Distribution) => {
      const found = new Map<unknown, number>();
      for (let i = 0; i < 600; i++) {
        const value = valueAtQuantile(distribution, (i + 0.5) / 600);
        found.set(value, (found.get(value) ?? 0) + 1);
      }
      return Object.fromEntries(found);
    };
    expect(counts({ kind: "int_uniform", min: 2, max: 4 })).toEqual({ 2: 200, 3: 200, 4: 200 });
    expect(counts({ kind: "categorical", values: ["a", "b"], probabilities: null })).toEqual({
      a: 300,
      b: 300,
    });
    const weighted = { kind: "categorical", values: ["a", "b", "c"], probabilities: [0.5, 0, 0.5] } as const;
    expect(counts(weighted)).toEqual({ a: 300, c: 300 });
  });

  test("of a logarithmic distribution is the geometric mean of its bounds at one half", () => {
    const value = valueAtQuantile({ kind: "log_uniform", min: 1e-4, max: 1e-2, q: null }, 0.5);
    expect(value).toBeCloseTo(1e-3, 12);
  });

  test("of a normal distribution has its mean and its width, and of a log-normal one those of the logarithm", () => {
    const at = { mu: 3, sigma: 2, q: null };
    expect(valueAtQuantile({ kind: "normal", ...at }, 0.5)).toBe(3);
    expect(valueAtQuantile({ kind: "normal", ...at }, 0.975)).toBeCloseTo(3 + 2 * 1.959963984540054, 12);
    expect(valueAtQuantile({ kind: "log_normal", ...at }, 0.5)).toBeCloseTo(Math.exp(3), 12);
    const high = valueAtQuantile({ kind: "log_normal", ...at }, 0.975) as number;
    expect(Math.log(high)).toBeCloseTo(3 + 2 * 1.959963984540054, 12);
  });

  test("of a list is its last possible value where the probabilities add up to less than 1", () => {
    const list = { kind: "categorical", values: ["a", "b", "c"], probabilities: [0.5, 0.499999, 0] } as const;
    expect([0.4999, 0.5, 0.9999999].map((quantile) => valueAtQuantile(list, quantile))).toEqual([
      "a",
      "b",
      "b",
    ]);
  });

  test("is rounded to multiples of q on both sides of 0", () => {
    const values = [0.3, 0.375, 0.38, 0.625, -0.3, -0.375, -0.625, 7];
    expect(values.map((value) => rounded(value, 0.25))).toEqual([0.25, 0.5, 0.5, 0.5, -0.25, -0.5, -0.5, 7]);
  });

  test("that lies between two multiples of q is the nearest, and the even one of two equally near", () => {
    const at = (quantile: number) => valueAtQuantile({ kind: "uniform", min: 0, max: 4, q: 1 }, quantile);
    expect([at(0.1), at(0.125), at(0.15), at(0.375)]).toEqual([0, 0, 1, 2]);
  });
});

describe("quantile functions", () => {
  test("of the normal distribution have the values of tables, in the middle and far out", () => {
    expect(normalQuantile(0.5)).toBe(0);
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 14);
    expect(normalQuantile(0.3)).toBeCloseTo(-0.5244005127080407, 14);
    expect(normalQuantile(1e-10)).toBeCloseTo(-6.361340902404056, 13);
    expect(normalQuantile(1e-300)).toBeCloseTo(-37.0470962993612, 11);
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity]);
  });

  test("of the beta distribution are those of closed forms", () => {
    for (const p of [0.001, 0.2, 0.5, 0.9]) {
      expect(betaQuantile(p, 1, 1)).toBeCloseTo(p, 14);
      expect(betaQuantile(p, 3, 1)).toBeCloseTo(p ** (1 / 3), 13);
      expect(betaQuantile(p, 1, 4)).toBeCloseTo(1 - (1 - p) ** (1 / 4), 13);
      expect(betaQuantile(p, 0.5, 0.5)).toBeCloseTo(Math.sin((Math.PI * p) / 2) ** 2, 12);
    }
    expect([betaQuantile(0, 2, 2), betaQuantile(1, 2, 2)]).toEqual([0, 1]);
  });
});
