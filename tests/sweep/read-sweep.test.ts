/** Holds the reading of sweep files: what a file says, what it may leave out, every mistake with its line. */

import { describe, expect, test } from "bun:test";
import { UserError } from "../../core/base/problem.ts";
import { readText, sweepOf } from "./sweep-of.ts";

function problemsOf(text: string) {
  try {
    readText(text);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("no problem was found");
}

describe("a sweep's file", () => {
  test("is read as W&B's documentation writes it", () => {
    const sweep = readText(`
program: train.py
name: bayesian-ish
description: a first look
method: random
metric: { goal: minimize, name: validation_loss, target: 0.1 }
run_cap: 50
early_terminate: { type: hyperband, s: 2, eta: 3, max_iter: 27 }
parameters:
  learning_rate: { min: 0.0001, max: 0.1 }
  batch_size: { values: [16, 32, 64] }
  epochs: { value: 5 }
  optimizer:
    parameters:
      name: { values: [adam, sgd] }
      beta: { distribution: beta, a: 2 }
`);
    expect(sweep).toMatchObject({
      name: "bayesian-ish",
      description: "a first look",
      method: "random",
      metric: { name: "validation_loss", goal: "minimize", target: 0.1 },
      runCap: 50,
      hyperband: { bands: [3, 9], eta: 3, strict: true },
      program: "train.py",
    });
    expect(sweep.command.map((word) => word.slice(2, -1))).toEqual(["env", "interpreter", "program", "args"]);
    expect(sweep.parameters).toEqual([
      {
        name: "batch_size",
        path: ["batch_size"],
        distribution: { kind: "categorical", values: [16, 32, 64], probabilities: null },
      },
      { name: "epochs", path: ["epochs"], distribution: { kind: "constant", value: 5 } },
      {
        name: "learning_rate",
        path: ["learning_rate"],
        distribution: { kind: "uniform", min: 0.0001, max: 0.1, q: null },
      },
      {
        name: "optimizer.beta",
        path: ["optimizer", "beta"],
        distribution: { kind: "beta", a: 2, b: 1, q: null },
      },
      {
        name: "optimizer.name",
        path: ["optimizer", "name"],
        distribution: { kind: "categorical", values: ["adam", "sgd"], probabilities: null },
      },
    ]);
  });

  test("without a name and a metric has the file's name, and val/f1, which every training has", () => {
    const sweep = sweepOf({ parameters: { a: { value: 1 } } });
    expect(sweep.name).toBe("sweep");
    expect(sweep.metric).toEqual({ name: "val/f1", goal: "maximize", target: null });
  });

  test("means whole numbers by min: 1, max: 9, and any by min: 1.0", () => {
    const kindOf = (bounds: string) =>
      readText(`{ method: random, program: x.ts, parameters: { a: { ${bounds} } } }`).parameters[0]!
        .distribution.kind;
    expect(kindOf("min: 1, max: 9")).toBe("int_uniform");
    expect(kindOf("min: 1.0, max: 9")).toBe("uniform");
    expect(kindOf("min: 1, max: 9e0")).toBe("uniform");
  });

  test("with many mistakes names each with its line, in the order of the file", () => {
    const error = problemsOf(`method: baysian
metrik: { name: loss }
metric: { goal: minimise, name: loss }
run_cap: 0
command: [bun, "\${arguments}"]
parameters:
  a: 5
  b: { distribution: norml }
  c: { min: 3, max: 1 }
  d: { values: [] }
  e: { values: [a, b], probabilities: [0.5, 0.4] }
  f: { distribution: log_uniform_values, min: 0, max: 1 }
  g: { distribution: normal, sigma: 0, mean: 3 }
`);
    expect(error.exitCode).toBe(2);
    expect(error.problems.map(({ line, message }) => `${line} ${message}`)).toEqual([
      "1 Cannot use method",
      "2 Cannot use metrik",
      "3 Cannot use metric.goal",
      "4 Cannot use run_cap",
      "5 Cannot use command[1]",
      "7 Cannot use parameters.a",
      "8 Cannot use parameters.b.distribution",
      "9 Cannot use parameters.c.max",
      "10 Cannot use parameters.d.values",
      "11 Cannot use parameters.e.probabilities",
      "12 Cannot use parameters.f.min",
      "13 Cannot use parameters.g.sigma",
      "13 Cannot use parameters.g.mean",
    ]);
    expect(error.problems[1]).toMatchObject({ fix: "metric" });
    expect(error.problems[5]).toMatchObject({ got: "5", fix: "a: { value: 5 }" });
  });

  test("without parameters, a method or a command is refused", () => {
    const { problems } = problemsOf("name: x\n");
    expect(problems.map(({ expected }) => expected)).toEqual([
      "the key method, one of grid, random, bayes",
      "the key parameters, a mapping of keys to values",
      "command, the words that start a trial",
    ]);
  });

  test("logarithmic bounds are exponents; those whose values are no numbers above 0 are refused", () => {
    for (const bounds of ["min: -1000, max: 0", "min: 1.0, max: 1000.0"]) {
      const { problems } = problemsOf(
        `method: random\nprogram: x.ts\nparameters:\n  a: { distribution: log_uniform, ${bounds} }\n`,
      );
      expect(problems).toHaveLength(1);
      expect(problems[0]).toMatchObject({ line: 4, message: "Cannot use parameters.a.min" });
      expect(problems[0]!.fix).toContain("distribution: log_uniform_values");
    }
  });

  test("a grid takes no distribution without a list of values", () => {
    const { problems } = problemsOf(
      "method: grid\nprogram: x.ts\nparameters:\n  a: { values: [1] }\n  b: { min: 0.0, max: 1.0 }\n",
    );
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ line: 5, got: "distribution uniform", fix: "method: random" });
  });

  test("hyperband needs a metric, and min_iter or max_iter with s", () => {
    const rule = (early: string, metric = "metric: { name: loss }") =>
      problemsOf(
        `method: random\nprogram: x.ts\n${metric}\nparameters: { a: { value: 1 } }\nearly_terminate: ${early}\n`,
      ).problems.map(({ message, expected }) => `${message}: ${expected}`);
    expect(rule("{ type: hyperband, min_iter: 3 }", "")).toEqual([
      "Cannot use early_terminate: metric beside it, by which trials are compared",
    ]);
    expect(rule("{ type: hyperband }")).toEqual(["Cannot use early_terminate: min_iter, or max_iter and s"]);
    expect(rule("{ type: hyperband, max_iter: 9 }")).toEqual([
      "Cannot use early_terminate: the key s, a whole number of at least 1",
    ]);
    expect(rule("{ type: hyperband, max_iter: 2, s: 2 }")).toEqual([
      "Cannot use early_terminate.max_iter: max_iter of at least eta (3), so that there is an epoch to compare trials at",
    ]);
    expect(rule("{ type: median, min_iter: 2, eta: 1 }")).toEqual([
      "Cannot use early_terminate.type: one of hyperband",
      "Cannot use early_terminate.eta: a number above 1",
    ]);
  });

  test("what only W&B's service can do is refused, with what does the same here", () => {
    const { problems } = problemsOf(
      "method: random\njob: x\nparameters: { a: { value: 1 } }\nprogram: y.ts\n",
    );
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ line: 2, expected: "command, with the program to start" });
  });
});

test("the name of a sweep is that of its folder, so it has no slash", () => {
  for (const name of ["../elsewhere", "a/b", "a\\b"]) {
    const { problems } = problemsOf(
      `name: '${name}'\nprogram: a.py\nmethod: grid\nparameters: { a: { values: [1] } }`,
    );
    expect(problems.map(({ expected }) => expected)).toEqual(["a text without / and \\"]);
  }
});
