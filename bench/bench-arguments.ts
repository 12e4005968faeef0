/** The arguments of a benchmark, with `--help` and messages as all commands have them. */

import type { ArgsDef, ParsedArgs } from "citty";
import { commandLine } from "../core/base/command-line.ts";
import { UserError } from "../core/base/problem.ts";
import { parseArguments } from "../core/console/parse-arguments.ts";
import { helpColumns, usageText } from "../core/console/usage.ts";
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
  try {
    return parseArguments(name, args, rawArgs);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(error.exitCode);
  }
}
