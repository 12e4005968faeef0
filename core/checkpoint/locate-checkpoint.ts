/** Finds the checkpoint file that a user means. */

import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../base/problem.ts";
import {
  BEST_CHECKPOINT,
  LAST_CHECKPOINT,
  periodicCheckpoints,
  RUN_FILES,
} from "../base/run-folder-names.ts";

/**
 * The checkpoint file that a path means: the file itself, or the first of `preferred` in a run's folder (or
 * in its `checkpoints/`), or else the periodic one of the latest epoch.
 *
 * @throws {UserError} Exit code 2, if there is no such path or no checkpoint in the folder.
 */
export function locateCheckpoint(
  path: string,
  preferred: readonly string[] = [BEST_CHECKPOINT, LAST_CHECKPOINT],
): string {
  if (!existsSync(path)) {
    throw missing(path, "no such path", "check the path; runs are under runs/");
  }
  if (!statSync(path).isDirectory()) return path;
  const inner = join(path, RUN_FILES.checkpoints);
  const folder = existsSync(inner) ? inner : path;
  const files = readdirSync(folder).filter((name) => existsSync(join(folder, name))); // no dangling links
  const found = [...preferred, ...periodicCheckpoints(files)].find((name) => files.includes(name));
  if (found === undefined) {
    const others = files.filter((name) => /\.(pt|safetensors)$/.test(name));
    throw missing(
      path,
      others.length > 0 ? `only ${others.join(", ")}` : "no checkpoint",
      others.length > 0 ? `name the file: ${join(folder, others[0]!)}` : "name another run, or a .pt file",
    );
  }
  return join(folder, found);
}

function missing(file: string, got: string, fix: string): UserError {
  const expected = `a checkpoint, or a run's folder with one in ${RUN_FILES.checkpoints}/`;
  return new UserError({ file, message: "Cannot find a checkpoint", expected, got, fix }, { exitCode: 2 });
}
