/** The launchers of MPI on this machine, and trainings of a test project that they start. */

import { join } from "node:path";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import type { TestProject } from "./project.ts";
import type { Command } from "./run-command.ts";
import { skipped } from "./skipped.ts";

/** Debian's names of the two launchers, with what they need where a test may run as root on few cores. */
const LAUNCHERS = [
  ["MPICH", ["mpirun.mpich"]],
  ["Open MPI", ["mpirun.openmpi", "--allow-run-as-root", "--oversubscribe"]],
] as const;

/** @returns Name and command of each launcher that is here; the others are reported as skipped. */
export function mpiLaunchers(what: string): [string, readonly string[]][] {
  return LAUNCHERS.flatMap(([name, command]): [string, readonly string[]][] => {
    if (Bun.which(command[0]) !== null) return [[name, command]];
    skipped(`${what} with ${name}`, `no ${command[0]}`);
    return [];
  });
}

/**
 * Starts a training as several ranks.
 *
 * @param wrapper A command that every rank is started through.
 */
export function startRanks(
  launcher: readonly string[],
  ranks: number,
  project: TestProject,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  wrapper: readonly string[] = [],
): Command {
  const train = [...wrapper, process.execPath, join(PROJECT_ROOT, "core/commands/train.ts"), ...args];
  return Bun.spawn([...launcher, "-np", String(ranks), ...train, "--runs", project.runs], {
    cwd: project.folder,
    env: { ...process.env, NO_COLOR: "1", WANDB_MODE: "", WANDB_API_KEY: "", ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
}
