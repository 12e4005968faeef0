/** Runs the project's commands as users do, in processes of their own. */

import { join } from "node:path";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  /** The folder in which the command is given. */
  readonly cwd?: string;
  /** Added to this process's variables. */
  readonly env?: Readonly<Record<string, string>>;
}

export type Command = Bun.Subprocess<"ignore" | Blob, "pipe", "pipe">;

/**
 * Starts a command and returns at once.
 *
 * @param script Relative to the project: `core/commands/train.ts`.
 * @param options `stdin`: what the command reads from its standard input; nothing by default.
 */
export function startCommand(
  script: string,
  args: readonly string[],
  { cwd, env, stdin }: CommandOptions & { stdin?: string } = {},
): Command {
  return Bun.spawn([process.execPath, join(PROJECT_ROOT, script), ...args], {
    cwd,
    env: { ...process.env, NO_COLOR: "1", COLUMNS: "", ...env },
    stdin: stdin === undefined ? "ignore" : new Blob([stdin]),
    stdout: "pipe",
    stderr: "pipe",
  });
}

/** Runs a command to its end. */
export function runCommand(
  script: string,
  args: readonly string[],
  options: CommandOptions & { stdin?: string } = {},
): Promise<CommandResult> {
  return endOf(startCommand(script, args, options));
}

/** What a command that was started has printed, and its exit code. */
export async function endOf(command: Command): Promise<CommandResult> {
  const [stdout, stderr] = await Promise.all([
    new Response(command.stdout).text(),
    new Response(command.stderr).text(),
  ]);
  return { code: await command.exited, stdout, stderr };
}
