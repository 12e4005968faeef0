/** Finds the runs that a checkpoint can be taken from. */

import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { RUN_FILES } from "../base/run-folder-names.ts";
import { tryStat } from "../files/file-state.ts";

/**
 * The run folders under `runs` that hold checkpoints, the most recently written first. Folders that cannot be
 * read are passed over.
 */
export function runsWithCheckpoints(runs: string): string[] {
  return namesIn(runs)
    .map((name) => join(runs, name))
    .map((path) => ({ path, times: timesIn(join(path, RUN_FILES.checkpoints)) }))
    .filter(({ times }) => times.length > 0)
    .map(({ path, times }) => ({ path, writtenAt: Math.max(...times) }))
    .sort((a, b) => b.writtenAt - a.writtenAt || basename(b.path).localeCompare(basename(a.path)))
    .map(({ path }) => path);
}

/**
 * The checkpoints of a run, in no particular order; `writtenAt` is in ms since 1970. Links that lead nowhere
 * or in circles are none.
 *
 * @param run `checkpoints` is the folder in which the run keeps them.
 */
export function checkpointFiles({
  checkpoints,
}: {
  readonly checkpoints: string;
}): { path: string; writtenAt: number }[] {
  return namesIn(checkpoints)
    .filter((name) => name.endsWith(".pt"))
    .flatMap((name) => {
      const path = join(checkpoints, name);
      const facts = tryStat(path);
      return facts?.isFile() ? [{ path, writtenAt: facts.mtimeMs }] : [];
    });
}

function timesIn(checkpoints: string): number[] {
  return checkpointFiles({ checkpoints }).map(({ writtenAt }) => writtenAt);
}

/** The names in a folder; none if it is not there, is no folder or cannot be read. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
