/** The rows of many runs, kept up to date: a run is read again only when its files have changed. */

import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { RUN_FILES } from "../base/run-folder-names.ts";
import { isFolderHeld } from "../files/folder-lock.ts";
import { readRunRow } from "./read-run-row.ts";
import type { RunRow } from "./run-data.ts";
import { newestFirst, type RunSet } from "./run-set.ts";

/** What has changed from one look to the next. */
export interface RunChanges {
  /** Runs that are new, or whose rows are others now. */
  readonly changed: readonly RunRow[];
  /** The ids of runs whose folders are gone. */
  readonly gone: readonly string[];
}

interface KnownRun {
  readonly path: string;
  /** What the files looked like when the row was read. */
  readonly state: string;
  readonly row: RunRow;
}

/** The files from which a row is made. */
const SOURCES = [RUN_FILES.record, RUN_FILES.remarks, RUN_FILES.config, RUN_FILES.metrics];

export class RunList {
  readonly #set: RunSet;
  #known = new Map<string, KnownRun>();

  constructor(set: RunSet) {
    this.#set = set;
  }

  /** The rows as they were at the last look, the newest run first. */
  get rows(): RunRow[] {
    return newestFirst([...this.#known.values()].map(({ row }) => row));
  }

  /** The folder of a run that was there at the last look; null for any other id. */
  pathOf(id: string): string | null {
    return this.#known.get(id)?.path ?? null;
  }

  /** Looks at all folders: new runs, and changes of known ones. */
  look(): RunChanges {
    return this.#compare(this.#set.paths(), () => true);
  }

  /** Looks at the known runs that train, which costs little however many others there are. */
  lookAtRunning(): RunChanges {
    const there = [...this.#known].filter(
      ([, { path, row }]) => row.status !== "running" || existsSync(path),
    );
    const paths = new Map(there.map(([id, { path }]) => [id, path]));
    return this.#compare(paths, ({ row }) => row.status === "running");
  }

  #compare(paths: ReadonlyMap<string, string>, isLookedAt: (run: KnownRun) => boolean): RunChanges {
    const changed: RunRow[] = [];
    const next = new Map<string, KnownRun>();
    for (const [id, path] of paths) {
      const before = this.#known.get(id);
      if (before?.path === path && !isLookedAt(before)) {
        next.set(id, before);
        continue;
      }
      const state = stateOf(path);
      if (before?.path === path && before.state === state && !isLeft(before)) next.set(id, before);
      else {
        const row = readRunRow(path, id);
        next.set(id, { path, state, row });
        changed.push(row);
      }
    }
    const gone = [...this.#known.keys()].filter((id) => !paths.has(id));
    this.#known = next;
    return { changed, gone };
  }
}

/** True if the process that trained a run is gone. One that dies leaves the files as they are. */
function isLeft({ path, row }: KnownRun): boolean {
  return row.status === "running" && !isFolderHeld(path);
}

function stateOf(path: string): string {
  return SOURCES.map((name) => {
    try {
      const { ino, size, mtimeMs } = statSync(join(path, name));
      return `${ino} ${size} ${mtimeMs}`;
    } catch {
      return "";
    }
  }).join("\n");
}
