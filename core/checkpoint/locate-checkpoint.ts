/** Finds the checkpoint file that a user means. */

import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { nearest } from "../base/nearest.ts";
import { nearestPath } from "../base/nearest-path.ts";
import { UserError } from "../base/problem.ts";
import { runsFolder } from "../base/project-root.ts";
import {
  BEST_CHECKPOINT,
  LAST_CHECKPOINT,
  periodicCheckpoints,
  RUN_FILES,
} from "../base/run-folder-names.ts";
import { shellWords } from "../base/shell-words.ts";
import { isFolder } from "../files/file-state.ts";
import { locatePretrained, PRETRAINED } from "../pretrained/locate-pretrained.ts";
import { runsWithCheckpoints } from "./runs-with-checkpoints.ts";

/** The word for the run that was written last, where a checkpoint is named. */
export const LATEST = "latest";

export interface LocateOptions {
  /** The names that are looked for in a run's folder, the best first. @default best.pt, last.pt */
  readonly preferred?: readonly string[];
  /** The folder of the runs that a name or `latest` is one of. @default `runs` of the project */
  readonly runs?: string | undefined;
}

/**
 * The checkpoint file that a name means: `pretrained`, `latest`, the file itself, or the first of `preferred`
 * in a run's folder (or in its `checkpoints/`), or else the periodic one of the latest epoch. A run may be
 * named by its folder's name alone, where no file has this name.
 *
 * @throws {UserError} Exit code 2, if there is no such path or no checkpoint in the folder.
 */
export function locateCheckpoint(
  named: string,
  { preferred = [BEST_CHECKPOINT, LAST_CHECKPOINT], runs = runsFolder() }: LocateOptions = {},
): string {
  if (named === PRETRAINED) return locatePretrained();
  const path = named === LATEST ? latestRun(runs) : (runNamed(named, runs) ?? named);
  if (!existsSync(path)) throw missing(path, "no such path", nearestFile(path) ?? nearestRun(path, runs));
  if (!statSync(path).isDirectory()) return path;
  const inner = join(path, RUN_FILES.checkpoints);
  const folder = existsSync(inner) ? inner : path;
  const files = readdirSync(folder).filter((name) => existsSync(join(folder, name))); // no dangling links
  const found = [...preferred, ...periodicCheckpoints(files)].find((name) => files.includes(name));
  if (found === undefined) {
    const others = files.filter(isWeightsFile);
    throw missing(
      path,
      others.length > 0 ? `only ${others.join(", ")}` : "no checkpoint",
      others.length > 0 ? `name the file: ${join(folder, others[0]!)}` : nearestRun(path, runs),
    );
  }
  return join(folder, found);
}

/**
 * The folder of the run that a plain name means; null if there is none, or a path of this name is there.
 * `model.init` is an absolute path in the current folder by the time that it gets here.
 */
export function runNamed(named: string, runs: string = runsFolder()): string | null {
  const name = basename(named);
  if (existsSync(named) || resolve(named) !== resolve(name)) return null;
  return runsWithCheckpoints(runs).find((run) => basename(run) === name) ?? null;
}

/** The checkpoint beside a misspelt one; null if there is none of a similar name. */
function nearestFile(path: string): string | null {
  const folder = dirname(path);
  if (!isWeightsFile(path) || !isFolder(folder)) return null;
  const close = nearest(basename(path), readdirSync(folder).filter(isWeightsFile));
  return close === null ? null : `the nearest file: ${shellWords([join(folder, close)])}`;
}

function isWeightsFile(name: string): boolean {
  return /\.(pt|safetensors)$/i.test(name);
}

/** What to name instead of a path that leads to no checkpoint: the nearest run, if there is one. */
export function nearestRun(path: string, runs: string = runsFolder()): string {
  const known = runsWithCheckpoints(runs);
  const words = known.length > 0 ? [LATEST, PRETRAINED] : [PRETRAINED];
  const word = nearest(basename(path), words);
  if (word !== null) return word;
  if (known.length === 0) {
    return `${PRETRAINED} for the weights that come with the project; there is no run with a checkpoint in ${runs}`;
  }
  const close = nearest(
    basename(path),
    known.map((run) => basename(run)),
  );
  if (close !== null) return `the nearest run: ${shellWords([join(shown(path, runs), close)])}`;
  return `${LATEST}, which is ${shellWords([known[0]!])}, or ${PRETRAINED} for the weights that come with the project`;
}

/** The folder of the runs as the user writes it. */
function shown(path: string, runs: string): string {
  return existsSync(dirname(path)) && basename(dirname(path)) === basename(runs) ? dirname(path) : runs;
}

function latestRun(runs: string): string {
  const [latest] = runsWithCheckpoints(runs);
  if (latest !== undefined) return latest;
  const close = isFolder(runs) ? null : nearestPath(runs, (path) => runsWithCheckpoints(path).length > 0);
  const fix =
    close === null
      ? `name a checkpoint, or ${PRETRAINED} for the weights that come with the project`
      : shellWords(["--runs", close]);
  throw missing(
    runs,
    isFolder(runs) ? "no run with a checkpoint" : "no run with a checkpoint: no such folder",
    fix,
  );
}

function missing(file: string, got: string, fix: string): UserError {
  const expected = `a checkpoint, a run's folder with one in ${RUN_FILES.checkpoints}/, the name of a run, ${LATEST} or ${PRETRAINED}`;
  return new UserError({ file, message: "Cannot find a checkpoint", expected, got, fix }, { exitCode: 2 });
}
