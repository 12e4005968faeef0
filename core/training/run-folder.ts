/** The folders of runs: their paths and names, making one. */

import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { UserError } from "../base/problem.ts";
import { RUN_FILES } from "../base/run-folder-names.ts";

/** The paths of one run's folder; all absolute. */
export interface RunFolder {
  readonly path: string;
  readonly checkpoints: string;
  readonly config: string;
  readonly outputLog: string;
}

export function runFolderAt(path: string): RunFolder {
  const absolute = resolve(path);
  return {
    path: absolute,
    checkpoints: join(absolute, RUN_FILES.checkpoints),
    config: join(absolute, RUN_FILES.config),
    outputLog: join(absolute, RUN_FILES.outputLog),
  };
}

/** `{name} YYYY-MM-DD HH:MM` in local time. On Windows, which allows no colon in names, `HH-MM`. */
export function runFolderName(name: string, at: Date, platform: string = process.platform): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const time = [two(at.getHours()), two(at.getMinutes())].join(platform === "win32" ? "-" : ":");
  return `${name} ${day} ${time}`;
}

/**
 * Makes the folder of a new run under `runs`. If the name is taken, ` (2)`, ` (3)` … is added to it. Two
 * processes that start at the same moment get different folders.
 *
 * @throws {UserError} If it cannot be made.
 */
export function createRunFolder(runs: string, name: string, at: Date = new Date()): RunFolder {
  return orNamed(runs, () => {
    const folder = runFolderAt(freeFolder(runs, runFolderName(name, at)));
    mkdirSync(folder.checkpoints);
    mkdirSync(join(folder.path, RUN_FILES.configs));
    return folder;
  });
}

/** Makes an empty folder beside those of runs, named alike. @throws {UserError} If it cannot be made. */
export function createFolderBesideRuns(runs: string, name: string, at: Date): string {
  return orNamed(runs, () => freeFolder(runs, runFolderName(name, at)));
}

/** Makes a folder under the first name that is free. */
function freeFolder(runs: string, wanted: string): string {
  mkdirSync(runs, { recursive: true });
  for (let attempt = 1; ; attempt++) {
    const path = join(runs, attempt === 1 ? wanted : `${wanted} (${attempt})`);
    try {
      mkdirSync(path);
      return path;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

function orNamed<T>(runs: string, make: () => T): T {
  try {
    return make();
  } catch (cause) {
    throw new UserError(
      {
        file: runs,
        message: "Cannot make the run's folder",
        expected: "a folder that can be written to",
        got: (cause as Error).message,
        fix: "free space, change the folder's permissions, or name another folder with --runs",
      },
      { cause },
    );
  }
}
