/** The arguments of a benchmark, with `--help` and messages as all commands have them. */

import type { ArgsDef, ParsedArgs } from "citty";
import { commandLine } from "../core/base/command-line.ts";
import { UserError, usageError } from "../core/base/problem.ts";
import { wholeNumber } from "../core/commands/define-data-command.ts";
import { parseArguments } from "../core/console/parse-arguments.ts";
import { helpColumns, usageText } from "../core/console/usage.ts";
import { InputFiles } from "../core/files/input-files.ts";
import { type OutputPlace, type OutputRules, outputPlace } from "../core/files/output-place.ts";
import { BENCHES, type BenchName } from "./benches.ts";

/**
 * Reads the arguments that this process was started with. Ends the process if there is nothing to measure:
 * with 0 after `--help`, with 2 if an argument is wrong. From here on, a problem of the user's that nobody
 * catches ends it with its text alone, after every `finally`.
 */
export function benchArguments<const Args extends ArgsDef>(bench: BenchName, args: Args): ParsedArgs<Args> {
  const name = commandLine("bench", bench);
  const rawArgs = process.argv.slice(2);
  if (rawArgs.includes("--help") || rawArgs.includes("-h")) {
    const facts = { name, description: BENCHES[bench], args, subCommands: [] };
    process.stdout.write(`${usageText(facts, helpColumns(process.stdout), false)}\n`);
    process.exit(0);
  }
  // Before a device is opened: the library of wasm has a handler of its own, which throws once more.
  process.on("uncaughtException", (error) => {
    if (error instanceof UserError) end(error);
    console.error(error);
    process.exit(1);
  });
  return orEnd(() => parseArguments(name, args, rawArgs));
}

/** The whole number of an option, at least `least`; ends the process with 2 if it is none. */
export function optionNumber(option: string, text: string, least = 1): number {
  return orEnd(() => wholeNumber(option, text, least)!);
}

/** The same for an argument that has no name on the command line. */
export function argumentNumber(bench: BenchName, argument: string, text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= 1) return value;
  const problem = {
    where: "command line",
    message: `Cannot use ${argument.toUpperCase()}`,
    expected: "a whole number from 1",
    got: text,
    fix: `${commandLine("bench", bench, "--help")} shows what it takes`,
  };
  return end(usageError(problem));
}

/** A file that a benchmark writes; ends the process with 2 if it must not be written. */
export function benchOutput(
  named: string,
  rules: Pick<OutputRules, "what" | "another" | "endings" | "isOwn"> & {
    readonly overwrite?: boolean | undefined;
  },
): OutputPlace {
  const overwrite = rules.overwrite === true;
  return orEnd(() => outputPlace(named, { ...rules, inputs: new InputFiles(), overwrite }));
}

/** The result of `work`; a problem of the user's ends the process. */
export function orEnd<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return end(error);
  }
}

function end(error: UserError): never {
  process.stderr.write(`${error.message}\n`);
  process.exit(error.exitCode);
}
