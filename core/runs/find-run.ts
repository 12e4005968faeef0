/** From what a user calls a run to its folder. */

import { existsSync } from "node:fs";
import { basename, resolve } from "node:path";
import { nearest } from "../base/nearest.ts";
import { usageError } from "../base/problem.ts";
import { isRunFolder } from "./read-run-row.ts";
import { listRuns, RunSet } from "./run-set.ts";

/** A run that was found. */
export interface FoundRun {
  readonly id: string;
  /** Its folder, absolute. */
  readonly path: string;
}

/**
 * The run that is meant: by its folder, by `latest`, by the name of its folder or by a part of that name that
 * no other run has.
 *
 * @param runs The folder of all runs.
 * @throws {UserError} Exit code 2, if none or several are meant.
 */
export function findRun(wanted: string, runs: string): FoundRun {
  if (isRunFolder(wanted)) return { id: basename(resolve(wanted)), path: resolve(wanted) };
  const set = existsSync(runs) ? new RunSet([runs]) : null;
  const paths = set?.paths() ?? new Map<string, string>();
  const ids = [...paths.keys()];
  const newest = () => (set === null ? [] : listRuns(set).map(({ id }) => id)).slice(0, 1);
  const whole = ids.filter((id) => id === wanted);
  const parts = ids.filter((id) => wanted !== "" && id.includes(wanted));
  const found = wanted === "latest" ? newest() : whole.length > 0 ? whole : parts;
  const [id] = found;
  if (id !== undefined && found.length === 1) return { id, path: paths.get(id)! };
  const close = nearest(wanted, ids) ?? ids.sort().at(-1);
  throw usageError({
    file: wanted,
    message: found.length > 1 ? `Cannot tell which of ${found.length} runs is meant` : "Cannot find this run",
    expected: `a run's folder, latest, or the name of a run in ${runs} or a part of it`,
    got: found.length > 1 ? found.slice(0, 3).join(", ") : "no such run",
    ...(close === undefined ? {} : { fix: found.length > 1 ? found[0]! : close }),
  });
}
