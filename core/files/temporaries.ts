/** Files that are not finished: the names that their writers give them, and their removal after a crash. */

import { existsSync, readdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { textStart } from "../base/text-start.ts";

/** What `temporaryPath` adds to a name: `last.pt.4711.k3x9ab.tmp`. */
const TEMPORARY = /\.\d+\.[a-z0-9]{1,6}\.tmp$/;

/** A name beside `path` that no other writer uses, to be renamed to `path` once the file is whole. */
export function temporaryPath(path: string): string {
  const unique = `${process.pid}.${Math.random().toString(36).slice(2, 8)}`;
  return join(dirname(path), `${nameStart(basename(path))}.${unique}.tmp`);
}

/** Systems allow 255 bytes in a name: what is added to one has room behind so many. */
const START_BYTES = 190;

/** The name of a file, or its start if nothing could be added to it otherwise. */
export function nameStart(name: string): string {
  return textStart(name, START_BYTES);
}

/**
 * Removes what killed processes left half-written in a folder and in those below. Hold the folder's lock when
 * you call it: then nobody else is writing there.
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
