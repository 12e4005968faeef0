/** Runs `bun run data` as users do. */

import { type CommandResult, runCommand } from "../../support/run-command.ts";

/** @param cwd Where the command is given. */
export function runData(cwd: string, ...args: readonly string[]): Promise<CommandResult> {
  return runCommand("core/commands/data.ts", args, { cwd });
}
