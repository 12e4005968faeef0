/** The folder of one process's log: `wandb/[offline-]run-YYYYMMDD_HHMMSS-{id}/` below the run's own. */

import { mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";

/** The paths of one log folder; all absolute. */
export interface RunDirectory {
  readonly path: string;
  /** `run-{id}.wandb`, offline too. */
  readonly log: string;
  /** `files/`: what W&B shows under Files. */
  readonly files: string;
  /** Copies of what artifacts hold, as they were when they were logged. */
  readonly artifacts: string;
}

/**
 * Makes the folder and points `latest-run` at it. A name that is taken (two processes within a second) gets `-1`, `-2` ….
 *
 * @param startedAt ms since 1970; the name has it in local time.
 * @throws The system's error if the folder cannot be made.
 */
export function createRunDirectory(
  runFolder: string,
  { mode, runId, startedAt }: { mode: "online" | "offline"; runId: string; startedAt: number },
): RunDirectory {
  const root = join(runFolder, "wandb");
  mkdirSync(root, { recursive: true });
  const name = `${mode === "offline" ? "offline-run" : "run"}-${timespec(new Date(startedAt))}-${runId}`;
  for (let attempt = 0; ; attempt++) {
    const path = join(root, attempt === 0 ? name : `${name}-${attempt}`);
    try {
      mkdirSync(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") continue;
      throw error;
    }
    const files = join(path, "files");
    mkdirSync(files);
    pointLatestRun(root, basename(path));
    return { path, log: join(path, `run-${runId}.wandb`), files, artifacts: join(path, "artifacts") };
  }
}

/** `20261123_094610`, local time. */
export function timespec(at: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${at.getFullYear()}${two(at.getMonth() + 1)}${two(at.getDate())}`;
  return `${day}_${two(at.getHours())}${two(at.getMinutes())}${two(at.getSeconds())}`;
}

/** Replaces the link in one step, so that it never points nowhere. */
function pointLatestRun(root: string, target: string): void {
  const temporary = join(root, `latest-run.${process.pid}.tmp`);
  try {
    symlinkSync(target, temporary, "dir");
    renameSync(temporary, join(root, "latest-run"));
  } catch {
    // A file system without links (or Windows without the right to make them): the link is a convenience.
    rmSync(temporary, { force: true });
  }
}
