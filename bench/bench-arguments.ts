/** The arguments of a benchmark, with `--help` and messages as all commands have them. */

import type { ArgsDef, ParsedArgs } from "citty";
import { commandLine } from "../core/base/command-line.ts";
import { UserError } from "../core/base/problem.ts";
import { parseArguments } from "../core/console/parse-arguments.ts";
import { helpColumns, usageText } from "../core/console/usage.ts";
import { InputFiles } from "../core/files/input-files.ts";
import { type OutputPlace, type OutputRules, outputPlace } from "../core/files/output-place.ts";
import { BENCHES, type BenchName } from "./benches.ts";

/**
 * Reads the arguments that this process was started with. Ends the process if there is nothing to measure:
 * with 0 after `--help`, with 2 if an argument is wrong.
 */
export function benchArguments<const Args extends ArgsDef>(bench: BenchName, args: Args): ParsedArgs<Args> {
  const name = commandLine("bench", bench);
  const rawArgs = process.argv.slice(2);
  if (rawArgs.includes("--help") || rawArgs.includes("-h")) {
    const facts = { name, description: BENCHES[bench], args, subCommands: [] };
    process.stdout.write(`${usageText(facts, helpColumns(process.stdout), false)}\n`);
    process.exit(0);
  }
  return orEnd(() => parseArguments(name, args, rawArgs));
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
    process.stderr.write(`${error.message}\n`);
    process.exit(error.exitCode);
  }
}
