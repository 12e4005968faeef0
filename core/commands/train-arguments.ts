/** The arguments of `bun run train`, checked against each other before anything is looked up. */

import { type ParsedArgs, parseArgs } from "citty";
import { commandLine } from "../base/command-line.ts";
import { type UserError, usageError } from "../base/problem.ts";
import { shellWords } from "../base/shell-words.ts";
import { parseOverride } from "../config/overrides.ts";
import { parseArguments } from "../console/parse-arguments.ts";
import { isFolder } from "../files/file-state.ts";

export const TRAIN_ARGUMENTS = {
  config: { type: "positional", required: false, description: "Configuration file: configs/minimal.yaml" },
  resume: {
    type: "string",
    valueHint: "run",
    description: "Go on with a run: its folder, a checkpoint file in it, or latest",
  },
  fork: {
    type: "string",
    valueHint: "checkpoint",
    description: "Begin a new run with the state of a checkpoint, or of a run's folder, and go on from there",
  },
  folds: {
    type: "string",
    valueHint: "number",
    description: "Validate every labelled sheet once, in this many trainings, then train on all of them",
  },
  runs: {
    type: "string",
    valueHint: "folder",
    description: "Where run folders are made (runs/ of the project)",
  },
  profile: { type: "boolean", description: "Print how long the phases of the run took" },
  "trace-hooks": {
    type: "boolean",
    default: false,
    description: "Print how long each call of a plugin takes, and the totals at the end",
  },
  verbose: { type: "boolean", default: false, description: "Print which hooks each plugin has" },
} as const;

/** What a training begins with where nothing says otherwise. */
const EXAMPLE = "configs/minimal.yaml";

/**
 * Reads the arguments.
 *
 * @param own The arguments that are no overrides.
 * @param overrides The others, each as `--key=value`.
 * @throws {UserError} Exit code 2, if they name no training or two, or something unknown.
 */
export function readTrainArguments(
  own: readonly string[],
  overrides: readonly string[],
): ParsedArgs<typeof TRAIN_ARGUMENTS> {
  const { _: positionals, resume: named } = parseArgs([...own], TRAIN_ARGUMENTS);
  if (named !== undefined && positionals.some(isFolder)) {
    // A pattern of the shell that matches several runs.
    const got = [named, ...positionals].map((each) => shellWords([each])).join(" and ");
    throw cannotTell("one run after --resume", got, commandLine("train", "--resume", positionals.at(-1)!));
  }
  checkConfigOption(overrides);
  checkDatasetNames(positionals, overrides);
  const args = parseArguments(commandLine("train"), TRAIN_ARGUMENTS, own);
  const { config, resume, fork } = args;
  if (resume !== undefined && fork !== undefined) {
    const expected = "one of them: --resume goes on with a run, --fork begins a new one";
    throw cannotTell(expected, "both --resume and --fork", commandLine("train", "--resume", resume));
  }
  if (args.folds !== undefined && (resume ?? fork) !== undefined) {
    const expected =
      "--folds with a configuration: --resume finds the number of folds in the folder it names";
    throw cannotTell(
      expected,
      `--folds and ${resume === undefined ? "--fork" : "--resume"}`,
      "leave out --folds",
    );
  }
  if (resume !== undefined && config !== undefined) {
    const expected = "--resume alone: the run's folder holds its configuration";
    throw cannotTell(expected, "both a configuration and --resume", commandLine("train", "--resume", resume));
  }
  if (config === undefined && resume === undefined && fork === undefined) {
    const expected = "one configuration file, or --resume with a run";
    const fix = `${commandLine("train", EXAMPLE)}, or ${commandLine("train", "--resume", "latest")}`;
    throw cannotTell(expected, "neither a configuration nor --resume", fix);
  }
  return args;
}

/** Other commands have an option for the configuration. */
function checkConfigOption(overrides: readonly string[]): void {
  const given = overrides.map(parseOverride).find(({ key }) => key === "config");
  if (given === undefined) return;
  const file = given.text || EXAMPLE;
  const expected = "the configuration file as the first argument, without an option";
  throw cannotTell(expected, `--config ${file}`, commandLine("train", file));
}

/** Names of datasets that stand among the arguments, as other commands take them. */
function checkDatasetNames(positionals: readonly string[], overrides: readonly string[]): void {
  const names = positionals.filter((each) => !/[/\\.]/.test(each));
  if (positionals.length < 2 || names.length < positionals.length - 1) return;
  const config = positionals.find((each) => !names.includes(each)) ?? EXAMPLE;
  const before = overrides.map(parseOverride).find(({ key }) => key === "data.dataset_names")?.text;
  const all = [...(before ? [before] : []), ...names].join(",");
  const expected = "one configuration file, and the names of datasets with commas in --data.dataset_names";
  const fix = commandLine("train", config, `--data.dataset_names=${all}`);
  throw cannotTell(expected, positionals.join(" and "), fix);
}

function cannotTell(expected: string, got: string, fix: string): UserError {
  return usageError({ where: "command line", message: "Cannot tell what to train", expected, got, fix });
}
