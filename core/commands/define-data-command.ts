/** Defines commands that take options of their own and overrides of the configuration. */

import { type ArgsDef, defineCommand, type ParsedArgs } from "citty";
import { commandLine } from "../base/command-line.ts";
import { wrapped } from "../base/labelled-rows.ts";
import { type ExitCode, UserError, usageError } from "../base/problem.ts";
import { formatRange, parseRange, type Range } from "../base/range.ts";
import { type OwnFlags, parseOverride, splitArguments } from "../config/overrides.ts";
import type { Command } from "../console/command.ts";
import { parseArguments, unknownOption, withKnownNames } from "../console/parse-arguments.ts";

/** The option of commands that read many workbooks. */
export const THREADS_ARGUMENT = {
  type: "string",
  valueHint: "number",
  description: "Threads that read workbooks (one per core)",
} as const;

/** A command without the frame that all of them share. */
export interface DataCommand<Args extends ArgsDef> {
  /** Its script in package.json and its own name: `evaluate`, `data check`, `data import tablesense`. */
  readonly name: string;
  readonly description: string;
  readonly args: Args;
  /** Sections of the configuration that can be overridden: `--data.max_rows=1000`. */
  readonly sections: readonly string[];
  readonly run: (args: ParsedArgs<Args>, overrides: readonly string[]) => ExitCode | Promise<ExitCode>;
}

/** Defines a command. It refuses an unknown option and suggests the nearest known one. */
export function defineDataCommand<const Args extends ArgsDef>(command: DataCommand<Args>): Command<Args> {
  const { description, args: definitions, sections } = command;
  const words = command.name.split(" ");
  const defined = defineCommand<Args>({
    meta: { name: command.name, description },
    args: definitions,
    run({ rawArgs }) {
      const name = commandLine(...words);
      const { own, overrides } = splitArguments(withKnownNames(rawArgs, definitions), ownFlags(definitions));
      const unknown = overrides.filter((argument) => !sections.some((each) => isIn(each, argument)));
      if (unknown.length > 0) {
        const more = sections.map((each) => `--${each}.key=value`);
        const problems = unknown.map((argument) => unknownOption(argument, name, definitions, more));
        throw new UserError(problems, { exitCode: 2 });
      }
      const values = parseArguments(name, definitions, own);
      return Object.hasOwn(definitions, "device")
        ? withDeviceOption(() => command.run(values, overrides))
        : command.run(values, overrides);
    },
  });
  const overriding = { moreHelp: (columns: number) => overridesHelp(sections, columns) };
  return { ...defined, parsesArguments: true, ...(sections.length > 0 ? overriding : {}) };
}

/** Runs a command with `--device`. A fix that names the key of the configuration names the option instead. */
async function withDeviceOption<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const problems = error.problems.map(({ fix, ...problem }) =>
      fix === undefined ? problem : { ...problem, fix: fix.replaceAll(/training\.device: /g, "--device=") },
    );
    throw new UserError(problems, { exitCode: error.exitCode, cause: error.cause });
  }
}

function overridesHelp(sections: readonly string[], columns: number): string {
  const keys = sections.map((each) => `--${each}.<key>=<value>`).join(", ");
  const where = `docs/configuration.md and ${commandLine("train", "--help")} list the keys.`;
  return wrapped(`Keys of the configuration can be set too: ${keys}. ${where}`, columns).join("\n");
}

/** Reads an option's whole number. @throws {UserError} If it is none, below `least` or above `most`. */
export function wholeNumber(
  name: string,
  text: string | undefined,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  const expected = `a whole number from ${least}${most === Number.MAX_SAFE_INTEGER ? "" : ` to ${most}`}`;
  const isNumber = text.trim() !== "" && Number.isFinite(value);
  const fix = isNumber
    ? `--${name}=${Math.min(Math.max(Math.round(value), least), most)}`
    : `a number, such as --${name}=${Math.max(least, 2)}`;
  throw usageError({ where: "command line", message: `Cannot use --${name}`, expected, got: text, fix });
}

/** Reads an option's number in 0 … 1. @throws {UserError} If it is none. */
export function share(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && value <= 1) return value;
  const expected = "a number from 0 to 1";
  const isPercent = value >= 2 && value <= 100;
  const fix = isPercent ? `--${name}=${value / 100}` : `a number, such as --${name}=0.5`;
  throw usageError({ where: "command line", message: `Cannot use --${name}`, expected, got: text, fix });
}

/** Reads an option's range of cells. @throws {UserError} If it is none. */
export function rangeOption(name: string, text: string | undefined): Range | undefined {
  if (text === undefined) return undefined;
  const range = parseRange(text);
  if (range !== null) return range;
  const expected = "a range of cells, such as B3:F20";
  // The corners may stand there with something else between them.
  const corners = text.match(/[A-Za-z]{1,3}[1-9]\d*/g) ?? [];
  const meant = corners.length === 2 ? parseRange(corners.join(":")) : null;
  const fix = `--${name} ${meant === null ? "B3:F20" : formatRange(meant)}`;
  throw usageError({ where: `--${name}`, message: "Cannot read the range", expected, got: text, fix });
}

function ownFlags(definitions: ArgsDef): OwnFlags {
  const flags = Object.entries(definitions).flatMap(([name, { type }]) =>
    type === "positional" ? [] : [[name, type === "boolean" ? "switch" : "value"] as const],
  );
  return Object.fromEntries(flags);
}

function isIn(section: string, argument: string): boolean {
  return parseOverride(argument).key.startsWith(`${section}.`);
}
