/** Tests the arguments of a training: what is refused before anything is looked up, and with which fix. */

import { expect, test } from "bun:test";
import { commandLine } from "../../../core/base/command-line.ts";
import { type Problem, UserError } from "../../../core/base/problem.ts";
import { readTrainArguments } from "../../../core/commands/train-arguments.ts";

function problem(own: readonly string[], overrides: readonly string[] = []): Problem {
  try {
    readTrainArguments(own, overrides);
  } catch (error) {
    if (error instanceof UserError && error.exitCode === 2) return error.problems[0]!;
    throw error;
  }
  throw new Error(`${own.join(" ")} was taken`);
}

test("readTrainArguments() takes one of a configuration, a run to resume, and a checkpoint to fork", () => {
  expect(readTrainArguments(["a.yaml", "--profile"], [])).toMatchObject({ config: "a.yaml", profile: true });
  expect(readTrainArguments(["--resume", "latest"], []).resume).toBe("latest");
  expect(readTrainArguments(["a.yaml", "--fork=runs/x"], [])).toMatchObject({
    config: "a.yaml",
    fork: "runs/x",
  });
});

test("readTrainArguments() refuses two ways to begin, and none, whether they exist or not", () => {
  expect(problem(["--resume", "a b", "--fork", "c"])).toMatchObject({
    expected: "one of them: --resume goes on with a run, --fork begins a new one",
    got: "both --resume and --fork",
    fix: commandLine("train", "--resume", "a b"),
  });
  expect(problem(["a.yaml", "--resume", "b"])).toMatchObject({ got: "both a configuration and --resume" });
  expect(problem([".", "--resume", "b"])).toMatchObject({
    expected: "one run after --resume", // a pattern of the shell matched several
    got: "b and .",
    fix: commandLine("train", "--resume", "."),
  });
  expect(problem([])).toMatchObject({ got: "neither a configuration nor --resume" });
});

test("readTrainArguments() says where the configuration goes that other commands take as an option", () => {
  expect(problem([], ["--config=my conf.yaml"])).toMatchObject({
    got: "--config my conf.yaml",
    fix: commandLine("train", "my conf.yaml"),
  });
  expect(problem(["a.yaml"], ["--config"]).fix).toBe(commandLine("train", "configs/minimal.yaml"));
});

test("readTrainArguments() says where names of datasets go", () => {
  const fix = commandLine("train", "a.yaml", "--data.dataset_names=mine,synthetic");
  expect(problem(["a.yaml", "mine", "synthetic"]).fix).toBe(fix);
  expect(problem(["a.yaml", "synthetic"], ["--data.dataset_names=mine"]).fix).toBe(fix);
  // Two configurations are no names.
  expect(problem(["a.yaml", "b.yaml"])).toMatchObject({ expected: "CONFIG, and no other argument" });
});
