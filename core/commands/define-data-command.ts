/** Defines commands that take options of their own and overrides of the configuration. */

import { type ArgsDef, type CommandDef, defineCommand, type ParsedArgs, parseArgs } from "citty";
import { nearest } from "../base/nearest.ts";
import { type ExitCode, type Problem, UserError, usageError } from "../base/problem.ts";
import { type OwnFlags, parseOverride, splitArguments } from "../config/overrides.ts";

/** The option of commands that read many workbooks. */
export const THREADS_ARGUMENT = {
  type: "string",
  valueHint: "number",
  description: "Threads that read workbooks (one per core)",
} as const;

/** A command without the frame that all of them share. */
export interface DataCommand<Args extends ArgsDef> {
  /** `check`, `import tablesense`. */
  readonly name: string;
  /** The words before the name. @default bun run data */
  readonly program?: string;
  readonly description: string;
  readonly args: Args;
  /** Sections of the configuration that can be overridden: `--data.max_rows=1000`. */
  readonly sections: readonly string[];
  readonly run: (args: ParsedArgs<Args>, overrides: readonly string[]) => ExitCode | Promise<ExitCode>;
}

/** Defines a command. It refuses an unknown option and suggests the nearest known one. */
export function defineDataCommand<const Args extends ArgsDef>(command: DataCommand<Args>): CommandDef<Args> {
  const { program = "bun run data", description, args: definitions, sections } = command;
  const name = `${program} ${command.name}`;
  return defineCommand({
    meta: { name, description },
    args: definitions,
    run({ rawArgs }) {
      const { own, overrides } = splitArguments(rawArgs, ownFlags(definitions));
      const unknown = overrides.filter((argument) => !sections.some((each) => isIn(each, argument)));
      if (unknown.length > 0) {
        const problems = unknown.map((argument) => unknownOption(argument, name, definitions, sections));
        throw new UserError(problems, { exitCode: 2 });
      }
      return command.run(parseArgs<Args>(own, definitions), overrides);
    },
  });
}

/** Reads an option's whole number. @throws {UserError} If it is none, or below `least`. */
export function wholeNumber(name: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least) return value;
  const expected = `a whole number from ${least}`;
  throw usageError({ where: "command line", message: `Cannot use --${name}`, expected, got: text });
}

/** Reads an option's number in 0 … 1. @throws {UserError} If it is none. */
export function share(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && value <= 1) return value;
  const expected = "a number from 0 to 1";
  throw usageError({ where: "command line", message: `Cannot use --${name}`, expected, got: text });
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

function unknownOption(
  argument: string,
  name: string,
  definitions: ArgsDef,
  sections: readonly string[],
): Problem {
  const { key, text } = parseOverride(argument);
  const options = Object.entries(definitions).flatMap(([each, { type }]) =>
    type === "positional" ? [] : [each],
  );
  const close = nearest(key, options);
  const known = [...options.map((each) => `--${each}`), ...sections.map((each) => `--${each}.key=value`)];
  return {
    where: "command line",
    message: `Cannot use --${key}`,
    expected: known.length > 0 ? `an option of ${name}: ${known.join(", ")}` : "no options",
    got: argument,
    ...(close === null ? {} : { fix: text === null ? `--${close}` : `--${close}=${text}` }),
  };
}
