/** What all commands share: help, wrong usage, errors and exit codes. */

import { type ArgsDef, type CommandDef, renderUsage, runCommand } from "citty";
import { type ExitCode, UserError } from "../base/problem.ts";

/**
 * Runs a command with this process's arguments and ends the process with its exit code.
 *
 * @param rawArgs The arguments that are the command's own; `--help` or `-h` among them prints the help instead.
 * @param moreHelp Text below the usage.
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

/** Waits until a slow reader of a pipe has everything: what is still held back when the process exits is lost. */
function handOnOutput(): Promise<void> {
  const { stdout } = process;
  return new Promise((resolve) => {
    if (stdout.destroyed) return resolve();
    stdout.once("error", () => resolve()); // the reader went away
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
    // Not by way of the parent command: citty drops what a subcommand returns, and with it the exit code.
    const { result } = await runCommand(named.command, { rawArgs: [...named.rawArgs] });
    return (result as ExitCode | undefined) ?? 0;
  } catch (error) {
    return reportError(error, named.command);
  }
}

/** The usage as citty words it; its colours are for terminals alone. */
async function usage<Args extends ArgsDef>(command: CommandDef<Args>, isTerminal: boolean): Promise<string> {
  const text = await renderUsage(command);
  return isTerminal ? text : Bun.stripANSI(text);
}

/** Prints an error for people and returns its exit code; a defect keeps its stack. */
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

/** A defect's message with its stack and those of its causes. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof UserError) return error.message;
  const text = error.stack ?? error.message;
  return error.cause === undefined ? text : `${text}\ncaused by: ${errorText(error.cause)}`;
}

/** The command that the arguments begin with, subcommands of subcommands too, and the arguments that are left for it. */
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
