import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/** How the writers of this folder name what is not finished: `last.pt.4711.k3x9ab.tmp`. */
const TEMPORARY = /\.\d+\.[a-z0-9]{1,6}\.tmp$/;

/**
 * Removes what a killed process left half-written in a folder and in those below. Call it while holding the folder's
 * lock: then nobody is still writing.
 *
 * @returns The paths that were removed; none if there is no such folder.
 */
export function removeTemporaries(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const found = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => TEMPORARY.test(path))
    .map((path) => join(folder, path));
  for (const path of found) rmSync(path, { force: true });
  return found;
}
