/** Reads the distribution of a parameter from a sweep's file, by W&B's rules. */

import type { Json } from "../base/json.ts";
import type { Path } from "../config/source.ts";
import type { Distribution } from "./distribution.ts";
import { FINITE, LIST, oneOf, POSITIVE, type SweepProblems, WHOLE } from "./sweep-problems.ts";

/** The keys of each distribution beside `distribution`. */
const KEYS = {
  constant: ["value"],
  categorical: ["values"],
  categorical_w_probabilities: ["values", "probabilities"],
  int_uniform: ["min", "max"],
  uniform: ["min", "max"],
  q_uniform: ["min", "max", "q"],
  log_uniform: ["min", "max"],
  log_uniform_values: ["min", "max"],
  q_log_uniform: ["min", "max", "q"],
  q_log_uniform_values: ["min", "max", "q"],
  inv_log_uniform: ["min", "max"],
  inv_log_uniform_values: ["min", "max"],
  normal: ["mu", "sigma"],
  q_normal: ["mu", "sigma", "q"],
  log_normal: ["mu", "sigma"],
  q_log_normal: ["mu", "sigma", "q"],
  beta: ["a", "b"],
  q_beta: ["a", "b", "q"],
} as const satisfies Record<string, readonly string[]>;

type Name = keyof typeof KEYS;
const NAMES = Object.keys(KEYS) as Name[];
/** Whether probabilities add up to 1. */
const PROBABILITY_TOLERANCE = 1e-8;

type Section = Readonly<Record<string, unknown>>;

/**
 * @param section The mapping of the parameter.
 * @param path Its path in the file.
 * @returns null, with the problems noted, for a distribution that cannot be used.
 */
export function readDistribution(section: Section, path: Path, problems: SweepProblems): Distribution | null {
  const name = nameOf(section, path, problems);
  if (name === null) return null;
  const before = problems.problems.length;
  problems.unknownKeys(section, path, ["distribution", ...KEYS[name]]);
  const distribution = read(name, section, path, problems);
  return problems.problems.length > before ? null : distribution;
}

/** The distribution that is named, or the one that the keys stand for. */
function nameOf(section: Section, path: Path, problems: SweepProblems): Name | null {
  if (section.distribution !== undefined) return problems.value(section, path, "distribution", oneOf(NAMES));
  if ("value" in section) return "constant";
  if ("probabilities" in section) return "categorical_w_probabilities";
  if ("values" in section) return "categorical";
  if ("min" in section && "max" in section) {
    const isWhole = (key: string) => problems.isWrittenWhole([...path, key]);
    return isWhole("min") && isWhole("max") ? "int_uniform" : "uniform";
  }
  problems.add(
    path,
    {
      expected: "value, values, min and max, distribution or parameters",
      got: Object.keys(section).join(", ") || "an empty mapping",
    },
    "key",
  );
  return null;
}

function read(name: Name, section: Section, path: Path, problems: SweepProblems): Distribution | null {
  const q = name.startsWith("q_") ? problems.value(section, path, "q", POSITIVE, 1) : null;
  switch (name) {
    case "constant":
      return "value" in section ? constant(section.value) : missing("value", path, problems);
    case "categorical":
    case "categorical_w_probabilities":
      return categorical(name, section, path, problems);
    case "int_uniform": {
      const bounds = readBounds(section, path, problems, WHOLE);
      return bounds && { kind: "int_uniform", ...bounds };
    }
    case "uniform":
    case "q_uniform": {
      const bounds = readBounds(section, path, problems, FINITE);
      return bounds && { kind: "uniform", ...bounds, q };
    }
    case "normal":
    case "q_normal":
    case "log_normal":
    case "q_log_normal": {
      const mu = problems.value(section, path, "mu", FINITE, 0) ?? 0;
      const sigma = problems.value(section, path, "sigma", POSITIVE, 1) ?? 1;
      return { kind: name.endsWith("log_normal") ? "log_normal" : "normal", mu, sigma, q };
    }
    case "beta":
    case "q_beta": {
      const a = problems.value(section, path, "a", POSITIVE, 1) ?? 1;
      const b = problems.value(section, path, "b", POSITIVE, 1) ?? 1;
      return { kind: "beta", a, b, q };
    }
    default: {
      const isValues = name.endsWith("_values");
      const bounds = readBounds(section, path, problems, isValues ? POSITIVE : FINITE);
      if (bounds === null) return null;
      const { min, max } = limits(name, bounds, isValues);
      if (min > 0 && Number.isFinite(max)) return { kind: "log_uniform", min, max, q };
      problems.add([...path, "min"], {
        expected: "exponents of e: -9.2 stands for 0.0001, and 0 for 1",
        got: `${bounds.min} and ${bounds.max}`,
        fix: `distribution: ${name}_values, if they are the values themselves`,
      });
      return null;
    }
  }
}

interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** The bounds as values. Without `_values` the file has exponents of e. */
function limits(name: Name, { min, max }: Bounds, isValues: boolean): Bounds {
  if (isValues) return { min, max };
  return name.startsWith("inv_")
    ? { min: Math.exp(-max), max: Math.exp(-min) }
    : { min: Math.exp(min), max: Math.exp(max) };
}

function readBounds(
  section: Section,
  path: Path,
  problems: SweepProblems,
  kind: typeof FINITE,
): Bounds | null {
  const min = problems.value(section, path, "min", kind);
  const max = problems.value(section, path, "max", kind);
  if (min === null || max === null) return null;
  if (min < max) return { min, max };
  problems.add([...path, "max"], { expected: `a number above min (${min})`, got: String(max) });
  return null;
}

function categorical(name: Name, section: Section, path: Path, problems: SweepProblems): Distribution | null {
  const values = problems.value(section, path, "values", LIST);
  if (values === null) return null;
  if (name === "categorical") return { kind: "categorical", values, probabilities: null };
  const given = problems.value(section, path, "probabilities", LIST);
  if (given === null) return null;
  const probabilities = given.filter((each): each is number => typeof each === "number" && each >= 0);
  const sum = probabilities.reduce((total, each) => total + each, 0);
  if (probabilities.length === values.length && given.length === values.length) {
    if (Math.abs(sum - 1) <= PROBABILITY_TOLERANCE) return { kind: "categorical", values, probabilities };
    problems.add([...path, "probabilities"], {
      expected: "numbers that add up to 1",
      got: `a sum of ${sum}`,
    });
  } else {
    problems.add([...path, "probabilities"], {
      expected: `${values.length} numbers of at least 0, one per value`,
      got: JSON.stringify(given),
    });
  }
  return null;
}

function constant(value: unknown): Distribution {
  return { kind: "constant", value: (value ?? null) as Json };
}

function missing(key: string, path: Path, problems: SweepProblems): null {
  problems.add(path, { expected: `the key ${key}`, got: "no such key" }, "key");
  return null;
}
