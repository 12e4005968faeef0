/** The frame of every command: help, wrong usage, errors and exit codes. */

import { type ArgsDef, type CommandDef, renderUsage, runCommand } from "citty";
import { type ExitCode, UserError } from "../base/problem.ts";

/**
 * Runs a command with this process's arguments and ends the process with its exit code.
 *
 * @param rawArgs The arguments of the command. With `--help` or `-h` among them, the help is printed instead.
 * @param moreHelp Returns text to print below the usage.
 */
export async function runMain<Args extends ArgsDef>(
  command: CommandDef<Args>,
  rawArgs: readonly string[],
  moreHelp?: () => string | Promise<string>,
): Promise<never> {
  const code = await runToExitCode(command, rawArgs, moreHelp);
  await handOnOutput();
  process.exit(code);
}

/**
 * Waits until a slow reader of a pipe has got everything: output that is still buffered at the exit is lost.
 */
function handOnOutput(): Promise<void> {
  const { stdout } = process;
  return new Promise((resolve) => {
    if (stdout.destroyed) return resolve();
    stdout.once("error", () => resolve()); // the reader has closed the pipe
    stdout.end(() => resolve());
  });
}

async function runToExitCode<Args extends ArgsDef>(
  command: CommandDef<Args>,
  rawArgs: readonly string[],
  moreHelp?: () => string | Promise<string>,
): Promise<ExitCode> {
  const named = await namedCommand(command, rawArgs);
  try {
    if (rawArgs.includes("--help") || rawArgs.includes("-h")) {
      process.stdout.write(`${await usage(named.command, process.stdout.isTTY)}\n`);
      if (moreHelp) process.stdout.write(`\n${(await moreHelp()).trimEnd()}\n`);
      return 0;
    }
    // The subcommand is run directly: through its parent, citty would drop its result, which is
    // the exit code.
    const { result } = await runCommand(named.command, { rawArgs: [...named.rawArgs] });
    return (result as ExitCode | undefined) ?? 0;
  } catch (error) {
    return reportError(error, named.command);
  }
}

/** The usage in citty's words, in colour on terminals only. */
async function usage<Args extends ArgsDef>(command: CommandDef<Args>, isTerminal: boolean): Promise<string> {
  const text = await renderUsage(command);
  return isTerminal ? text : Bun.stripANSI(text);
}

/** Prints an error and returns its exit code; a defect is printed with its stack. */
async function reportError<Args extends ArgsDef>(
  error: unknown,
  command: CommandDef<Args>,
): Promise<ExitCode> {
  if (error instanceof UserError) {
    process.stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
  if (error instanceof Error && error.name === "CLIError") {
    process.stderr.write(`${error.message}\n\n${await usage(command, process.stderr.isTTY)}\n`);
    return 2;
  }
  process.stderr.write(`${errorText(error)}\n`);
  return 1;
}

/** The text of an error: the message of a `UserError`, the stacks of a defect and its causes. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof UserError) return error.message;
  const text = error.stack ?? error.message;
  return error.cause === undefined ? text : `${text}\ncaused by: ${errorText(error.cause)}`;
}

/** Finds the command, at any depth, that the first arguments name, and the arguments that are left for it. */
async function namedCommand<Args extends ArgsDef>(
  command: CommandDef<Args>,
  rawArgs: readonly string[],
): Promise<{ command: CommandDef<Args>; rawArgs: readonly string[] }> {
  const subs = (await resolved(command.subCommands)) ?? {};
  const name = rawArgs[0] ?? "";
  if (!Object.hasOwn(subs, name)) return { command, rawArgs };
  return namedCommand((await resolved(subs[name])) as CommandDef<Args>, rawArgs.slice(1));
}

async function resolved<T>(
  value: T | Promise<T> | (() => T | Promise<T>) | undefined,
): Promise<T | undefined> {
  return typeof value === "function" ? (value as () => T | Promise<T>)() : value;
}
