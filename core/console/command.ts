/** The frame of every command: help, wrong usage, errors and exit codes. */

import { type ArgsDef, type CommandDef, parseArgs } from "citty";
import { commandLine } from "../base/command-line.ts";
import { nearest } from "../base/nearest.ts";
import { type ExitCode, UserError, usageError } from "../base/problem.ts";
import { parseArguments } from "./parse-arguments.ts";
import { ReaderGone, StandardOutputWatch } from "./standard-output-watch.ts";
import { helpColumns, usageText } from "./usage.ts";

/** A command as citty describes it. The name of the outermost one is that of its script in package.json. */
export type Command<Args extends ArgsDef = ArgsDef> = CommandDef<Args> & {
  /**
   * Returns text to print below the usage.
   *
   * @param columns The length of a line in characters.
   */
  readonly moreHelp?: (columns: number) => string | Promise<string>;
  /** True: `run` parses the raw arguments itself, and its `args` are empty. */
  readonly parsesArguments?: boolean;
};

const NO_ARGUMENTS = parseArgs<ArgsDef>([], {});

/**
 * Runs a command with this process's arguments and ends the process with its exit code.
 *
 * @param rawArgs The arguments of the command. With `--help` or `-h` among them, the help is printed instead.
 * @param options.isOutputKept True if the command itself keeps what it prints: then it has not failed if
 *   standard output, on a full disk for example, did not take it. @default false
 */
export async function runMain<Args extends ArgsDef>(
  command: Command<Args>,
  rawArgs: readonly string[],
  { isOutputKept = false }: { readonly isOutputKept?: boolean } = {},
): Promise<never> {
  const output = new StandardOutputWatch();
  const code = await runToExitCode(command as Command, rawArgs);
  process.exit(await output.end(code, isOutputKept));
}

async function runToExitCode(command: Command, rawArgs: readonly string[]): Promise<ExitCode> {
  try {
    const meta = await resolved(command.meta);
    const named = await namedCommand(command, [meta?.name ?? ""], rawArgs);
    if (asksForHelp(rawArgs)) {
      process.stdout.write(await help(named));
      return 0;
    }
    return await run(named);
  } catch (error) {
    if (error instanceof ReaderGone) return 0;
    const isForUser = error instanceof UserError;
    process.stderr.write(`${errorText(error)}\n`);
    return isForUser ? error.exitCode : 1;
  }
}

function asksForHelp(rawArgs: readonly string[]): boolean {
  const end = rawArgs.indexOf("--");
  const before = end < 0 ? rawArgs : rawArgs.slice(0, end);
  return before.includes("--help") || before.includes("-h");
}

async function run({ command, name, rawArgs }: NamedCommand): Promise<ExitCode> {
  const subs = Object.keys((await resolved(command.subCommands)) ?? {});
  if (subs.length > 0 && command.run === undefined) throw unknownCommand(name, rawArgs[0], subs);
  const args = command.parsesArguments
    ? NO_ARGUMENTS
    : parseArguments(commandLine(...name), (await resolved(command.args)) ?? {}, rawArgs);
  const result = await command.run?.({ rawArgs: [...rawArgs], args, cmd: command });
  return (result as ExitCode | undefined) ?? 0;
}

function unknownCommand(
  name: readonly string[],
  given: string | undefined,
  subs: readonly string[],
): UserError {
  const close = given === undefined ? null : nearest(given, subs);
  return usageError({
    where: "command line",
    message: `Cannot tell which command of ${commandLine(...name)} is meant`,
    expected: `one of ${subs.join(", ")}`,
    got: given ?? "none",
    fix: commandLine(...name, close ?? "--help"),
  });
}

async function help({ command, name }: NamedCommand): Promise<string> {
  const columns = helpColumns(process.stdout);
  const subCommands: [string, string][] = [];
  for (const [sub, definition] of Object.entries((await resolved(command.subCommands)) ?? {})) {
    const meta = await resolved((await resolved(definition))?.meta);
    subCommands.push([sub, meta?.description ?? ""]);
  }
  const usage = usageText(
    {
      name: commandLine(...name),
      description: (await resolved(command.meta))?.description ?? "",
      args: (await resolved(command.args)) ?? {},
      subCommands,
      isCommandOptional: command.run !== undefined,
    },
    columns,
    process.stdout.isTTY && !process.env.NO_COLOR,
  );
  const more = await command.moreHelp?.(columns);
  return more === undefined ? `${usage}\n` : `${usage}\n\n${more.trimEnd()}\n`;
}

/** The text of an error: the message of a `UserError`, the stacks of a defect and its causes. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof UserError) return error.message;
  const text = error.stack ?? error.message;
  return error.cause === undefined ? text : `${text}\ncaused by: ${errorText(error.cause)}`;
}

interface NamedCommand {
  readonly command: Command;
  /** The words that name it: `data`, `check`. */
  readonly name: readonly string[];
  /** The arguments that are left for it. */
  readonly rawArgs: readonly string[];
}

/** Finds the command, at any depth, that the first arguments name. */
async function namedCommand(
  command: Command,
  name: readonly string[],
  rawArgs: readonly string[],
): Promise<NamedCommand> {
  const subs = (await resolved(command.subCommands)) ?? {};
  const [first = "", ...rest] = rawArgs;
  if (!Object.hasOwn(subs, first)) return { command, name, rawArgs };
  return namedCommand((await resolved(subs[first])) as Command, [...name, first], rest);
}

async function resolved<T>(
  value: T | Promise<T> | (() => T | Promise<T>) | undefined,
): Promise<T | undefined> {
  return typeof value === "function" ? (value as () => T | Promise<T>)() : value;
}
