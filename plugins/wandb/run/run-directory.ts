/** The folder of one process's log: `wandb/[offline-]run-YYYYMMDD_HHMMSS-{id}/` below the run's folder. */

import { mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { RUN_FILES } from "../../../core/plugin.ts";

/** The paths of one log's folder, all absolute. */
export interface RunDirectory {
  readonly path: string;
  /** The log, `run-{id}.wandb`. Its name is the same online and offline. */
  readonly log: string;
  /** `files/`, which W&B shows under Files. */
  readonly files: string;
  /** The staged files of artifacts, as they were when they were logged. */
  readonly artifacts: string;
}

/**
 * Makes the folder and points `latest-run` at it. If two processes begin within a second, the second
 * folder's name gets a number: `-1`, `-2` ….
 *
 * @param startedAt ms since 1970. The name states it in local time.
 * @throws The system's error if the folder cannot be made.
 */
export function createRunDirectory(
  runFolder: string,
  { mode, runId, startedAt }: { mode: "online" | "offline"; runId: string; startedAt: number },
): RunDirectory {
  const root = join(runFolder, RUN_FILES.wandb);
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

/** Local time as it stands in the folder's name: `20261123_094610`. */
export function timespec(at: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${at.getFullYear()}${two(at.getMonth() + 1)}${two(at.getDate())}`;
  return `${day}_${two(at.getHours())}${two(at.getMinutes())}${two(at.getSeconds())}`;
}

/** Replaces the link in one step, so that there is always one. */
function pointLatestRun(root: string, target: string): void {
  const temporary = join(root, `latest-run.${process.pid}.tmp`);
  try {
    symlinkSync(target, temporary, "dir");
    renameSync(temporary, join(root, "latest-run"));
  } catch {
    // The file system has no links, or Windows does not let this user make them. The link is only a
    // convenience.
    rmSync(temporary, { force: true });
  }
}
