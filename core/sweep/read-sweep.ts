/** Reads a sweep's file: those of W&B's own sweeps, as they are. */

import { basename, extname } from "node:path";
import { isRecord } from "../base/plain-object.ts";
import { type Problem, UserError } from "../base/problem.ts";
import { readConfigText } from "../config/read-config-text.ts";
import type { Path } from "../config/source.ts";
import { readYamlFile } from "../config/yaml-file.ts";
import { DEFAULT_COMMAND, placeholder, unknownPlaceholder } from "./command-words.ts";
import { gridAxis } from "./grid.ts";
import { bandsBelow, bandsFrom } from "./hyperband.ts";
import { readDistribution } from "./read-distribution.ts";
import type { Hyperband, Sweep, SweepMetric, SweepParameter } from "./sweep.ts";
import { COUNT, FINITE, LIST, MAPPING, NAME, oneOf, SweepProblems, TEXT, TRUTH } from "./sweep-problems.ts";

const KEYS = [
  "method",
  "parameters",
  "metric",
  "early_terminate",
  "run_cap",
  "command",
  "program",
  "name",
  "description",
  "project",
  "entity",
  "controller",
  "apiVersion",
  "kind",
];
/** Keys of W&B's files that need a service of theirs, with what does the same here. */
const REFUSED: Readonly<Record<string, string>> = {
  job: "command, with the program to start",
  image_uri: "command, with the program to start",
  metrics: "metric, with one metric",
  scheduler: "method, and --sampler optuna on the command line",
};
/** The metric where the file names none. */
const DEFAULT_METRIC: SweepMetric = { name: "val/f1", goal: "maximize", target: null };
const DEFAULT_ETA = 3;

/**
 * Reads and checks a sweep's file.
 *
 * @param path As the user gave it, relative to `cwd`.
 * @throws {UserError} Exit code 2, with all problems at once.
 */
export function readSweep(path: string, cwd: string = process.cwd()): Sweep {
  const file = readYamlFile(path, cwd);
  const problems = new SweepProblems(file, readConfigText(path, cwd));
  const { root } = file;
  const refused = Object.keys(root).filter((key) => Object.hasOwn(REFUSED, key));
  for (const key of refused) {
    problems.add([key], { expected: REFUSED[key]!, got: `${key}, which only W&B's service can use` }, "key");
  }
  problems.unknownKeys(
    Object.fromEntries(Object.entries(root).filter(([key]) => !refused.includes(key))),
    [],
    KEYS,
  );
  const method = problems.value(root, [], "method", oneOf(["grid", "random", "bayes"])) ?? "random";
  const parameters = readParameters(root, problems);
  if (method === "grid") checkGrid(parameters, problems);
  const metric = readMetric(root, problems);
  const sweep: Sweep = {
    file: path,
    name: problems.value(root, [], "name", NAME, null) ?? basename(path, extname(path)),
    description: problems.value(root, [], "description", TEXT, null),
    method,
    metric: metric ?? DEFAULT_METRIC,
    hyperband: readHyperband(root, problems),
    runCap: problems.value(root, [], "run_cap", COUNT, null),
    program: problems.value(root, [], "program", TEXT, null),
    command: readCommand(root, problems),
    parameters: parameters.map(({ parameter }) => parameter),
  };
  if (problems.problems.length > 0) throw new UserError(inOrder(problems.problems), { exitCode: 2 });
  return sweep;
}

interface Located {
  readonly parameter: SweepParameter;
  /** Where the parameter stands in the file. */
  readonly at: Path;
}

function readParameters(root: Readonly<Record<string, unknown>>, problems: SweepProblems): Located[] {
  const section = problems.value(root, [], "parameters", MAPPING);
  if (section === null) return [];
  if (Object.keys(section).length === 0) {
    problems.add(["parameters"], { expected: "at least one parameter", got: "none" });
  }
  const found = nested(section, ["parameters"], [], problems);
  const names = found.map(({ parameter }) => parameter.name);
  for (const [i, { parameter, at }] of found.entries()) {
    if (names.indexOf(parameter.name) < i)
      problems.add(at, { expected: "each parameter once", got: `${parameter.name} again` }, "key");
  }
  return found.sort((a, b) => (a.parameter.name < b.parameter.name ? -1 : 1));
}

function nested(
  section: Readonly<Record<string, unknown>>,
  at: Path,
  keys: readonly string[],
  problems: SweepProblems,
): Located[] {
  return Object.entries(section).flatMap(([key, value]): Located[] => {
    const here = [...at, key];
    const path = [...keys, key];
    if (!/^[A-Za-z_][\w.-]*$/.test(key)) {
      problems.add(here, { expected: "letters, digits, _, . and -, a letter first", got: key }, "key");
      return [];
    }
    if (!isRecord(value)) {
      const fix = value === null ? undefined : `${key}: { value: ${JSON.stringify(value)} }`;
      const expected = "a mapping with value, values, min and max, distribution or parameters";
      problems.add(here, { expected, got: JSON.stringify(value), ...(fix === undefined ? {} : { fix }) });
      return [];
    }
    if (isRecord(value.parameters)) {
      problems.unknownKeys(value, here, ["parameters"]);
      return nested(value.parameters, [...here, "parameters"], path, problems);
    }
    const distribution = readDistribution(value, here, problems);
    return distribution === null
      ? []
      : [{ parameter: { path, name: path.join("."), distribution }, at: here }];
  });
}

function checkGrid(parameters: readonly Located[], problems: SweepProblems): void {
  for (const { parameter, at } of parameters) {
    if (gridAxis(parameter.distribution) !== null) continue;
    const expected =
      "value, values without probabilities, whole numbers, or q_uniform: a grid visits every value";
    problems.add(
      at,
      { expected, got: `distribution ${parameter.distribution.kind}`, fix: "method: random" },
      "key",
    );
  }
}

function readMetric(root: Readonly<Record<string, unknown>>, problems: SweepProblems): SweepMetric | null {
  const section = problems.value(root, [], "metric", MAPPING, null);
  if (section === null) return null;
  const known = ["name", "goal", "target", "impute", "impute_while_running"];
  problems.unknownKeys(section, ["metric"], known);
  const name = problems.value(section, ["metric"], "name", TEXT);
  const goal = problems.value(section, ["metric"], "goal", oneOf(["minimize", "maximize"]), null);
  const target = problems.value(section, ["metric"], "target", FINITE, null);
  return name === null ? null : { name, goal: goal ?? "minimize", target };
}

function readHyperband(root: Readonly<Record<string, unknown>>, problems: SweepProblems): Hyperband | null {
  const path = ["early_terminate"];
  const section = problems.value(root, [], "early_terminate", MAPPING, null);
  if (section === null) return null;
  problems.unknownKeys(section, path, ["type", "min_iter", "max_iter", "s", "eta", "strict"]);
  problems.value(section, path, "type", oneOf(["hyperband"]));
  if (root.metric === undefined || root.metric === null) {
    problems.add(path, { expected: "metric beside it, by which trials are compared", got: "none" }, "key");
  }
  const strict = problems.value(section, path, "strict", TRUTH, true) ?? true;
  const eta = problems.value(section, path, "eta", FINITE, DEFAULT_ETA) ?? DEFAULT_ETA;
  if (eta <= 1) {
    problems.add([...path, "eta"], { expected: "a number above 1", got: String(eta) });
    return null;
  }
  const min = problems.value(section, path, "min_iter", COUNT, null);
  const max = problems.value(section, path, "max_iter", COUNT, null);
  const s = problems.value(section, path, "s", COUNT, null);
  const isKnown = (key: string) => section[key] !== undefined && section[key] !== null;
  if (isKnown("max_iter") && (isKnown("s") || !isKnown("min_iter"))) {
    if (max === null) return null;
    if (s === null) {
      if (!isKnown("s")) problems.value(section, path, "s", COUNT);
      return null;
    }
    const bands = bandsBelow(max, s, eta);
    if (bands.length > 0) return { bands, eta, strict };
    const expected = `max_iter of at least eta (${eta}), so that there is an epoch to compare trials at`;
    problems.add([...path, "max_iter"], { expected, got: String(max) });
    return null;
  }
  if (min !== null) return { bands: bandsFrom(min, eta), eta, strict };
  if (!isKnown("min_iter")) {
    problems.add(path, { expected: "min_iter, or max_iter and s", got: "neither" }, "key");
  }
  return null;
}

function readCommand(root: Readonly<Record<string, unknown>>, problems: SweepProblems): readonly string[] {
  const given = problems.value(root, [], "command", LIST, null);
  if (given !== null) {
    const wrong = given.findIndex((word) => !["string", "number", "boolean"].includes(typeof word));
    if (wrong >= 0) {
      const got = JSON.stringify(given[wrong]);
      problems.add(["command", wrong], { expected: "a word of the command", got });
    }
    const unknown = given.findIndex((word) => unknownPlaceholder(String(word)) !== null);
    if (unknown >= 0) {
      const got = String(given[unknown]);
      problems.add(["command", unknown], { expected: `${placeholder("args")}, or another form of it`, got });
    }
    return given.map(String);
  }
  if (root.command === undefined || root.command === null) {
    if (typeof root.program === "string") return DEFAULT_COMMAND;
    problems.add([], {
      expected: "command, the words that start a trial",
      got: "neither command nor program",
      fix: `command: [bun, run, train, configs/minimal.yaml, "${placeholder("args")}"]`,
    });
  }
  return [];
}

/** In the order of the file. */
function inOrder(problems: readonly Problem[]): Problem[] {
  const line = (problem: Problem) => problem.line ?? 0;
  return problems.toSorted((a, b) => line(a) - line(b) || (a.column ?? 0) - (b.column ?? 0));
}
