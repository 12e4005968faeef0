/** The runs that a command looks at, by their ids. */

import { readdirSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { nearest } from "../base/nearest.ts";
import { UserError } from "../base/problem.ts";
import { isFolder, tryStat } from "../files/file-state.ts";
import { isRunFolder, readRunRow } from "./read-run-row.ts";
import type { RunRow } from "./run-data.ts";

/** The folder for runs that were deleted, within the folder of all runs. */
export const TRASH = ".trash";

/**
 * Folders of runs, and single runs. The id of a run is the name of its folder; a second run of that name, in
 * another folder, has that of its parent in brackets.
 */
export class RunSet {
  /** Folders that hold runs, absolute. */
  readonly #folders: readonly string[];
  /** Runs that were named themselves, absolute. */
  readonly #runs: readonly string[];

  /**
   * @param paths Folders of runs, or run folders.
   * @throws {UserError} Exit code 2, for paths that are no folders.
   */
  constructor(paths: readonly string[]) {
    const all = [...new Set(paths.map((path) => resolve(path)))];
    const problems = all
      .filter((path) => !isFolder(path))
      .map((file) => ({
        file,
        message: "Cannot look for runs here",
        expected: "a folder of runs, or the folder of a run",
        got: tryStat(file) ? "a file" : "nothing",
        ...suggestion(file),
      }));
    if (problems.length > 0) throw new UserError(problems, { exitCode: 2 });
    this.#runs = all.filter(isRunFolder);
    this.#folders = all.filter((path) => !isRunFolder(path));
  }

  /** What is looked at, for people: the first folder, or the one that holds the first run. */
  get folder(): string {
    return this.#folders[0] ?? dirname(this.#runs[0]!);
  }

  /** The folders of the runs that are there now, by id, in no particular order. */
  paths(): Map<string, string> {
    const inside = this.#folders.flatMap((folder) =>
      namesIn(folder)
        .filter((name) => !name.startsWith("."))
        .map((name) => join(folder, name))
        .filter(isRunFolder),
    );
    const there = this.#runs.filter(isFolder);
    const paths = new Map<string, string>();
    for (const path of new Set([...inside, ...there])) paths.set(freeId(paths, path), path);
    return paths;
  }

  /** The folder of a run; null for an id that is none. It is always one of `paths`. */
  pathOf(id: string): string | null {
    return this.paths().get(id) ?? null;
  }
}

/** The rows of all runs in a folder, or of one run; the newest first. */
export function listRuns(set: RunSet): RunRow[] {
  return newestFirst([...set.paths()].map(([id, path]) => readRunRow(path, id)));
}

export function newestFirst(rows: readonly RunRow[]): RunRow[] {
  const byText = (a: string, b: string) => (a < b ? 1 : a > b ? -1 : 0);
  return [...rows].sort((a, b) => byText(a.started ?? "", b.started ?? "") || byText(a.id, b.id));
}

function freeId(taken: ReadonlyMap<string, string>, path: string): string {
  const name = basename(path);
  const named = `${name} (in ${basename(dirname(path))})`;
  for (const id of [name, named]) if (!taken.has(id)) return id;
  for (let number = 2; ; number++) if (!taken.has(`${named} ${number}`)) return `${named} ${number}`;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function suggestion(path: string): { fix?: string } {
  const folders = namesIn(dirname(path)).filter((name) => isFolder(join(dirname(path), name)));
  const close = nearest(basename(path), folders);
  return close === null ? {} : { fix: join(dirname(path), close) };
}
