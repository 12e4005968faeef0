/** Finds the path that was meant by one that leads nowhere. */

import { readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { nearest } from "./nearest.ts";
import { pathText, systemPath } from "./system-path.ts";

/** In a larger folder nothing is looked for: there may be many paths that lead nowhere. */
const MOST_NAMES = 1000;

/**
 * The path with its first name that does not exist replaced by the nearest one beside it:
 * `boks/a.xlsx` → `books/a.xlsx`.
 *
 * @param accepts Whether a path may be meant. @default every path
 * @returns Null if nothing of a similar name is there.
 */
export function nearestPath(path: string, accepts: (path: string) => boolean = () => true): string | null {
  const above = dirname(path);
  if (above === path) return null;
  if (!isFolder(above)) {
    const folder = nearestPath(above, isFolder);
    if (folder === null) return null;
    const inner = join(folder, basename(path));
    return accepts(inner) && namesOf(folder).includes(basename(path)) ? inner : nearestPath(inner, accepts);
  }
  const names = namesOf(above);
  if (names.length > MOST_NAMES) return null;
  const candidates = names.filter((name) => accepts(join(above, name)));
  const close = nearest(basename(path), candidates);
  return close === null ? null : join(above, close);
}

function isFolder(path: string): boolean {
  try {
    return statSync(systemPath(path)).isDirectory();
  } catch {
    return false;
  }
}

function namesOf(folder: string): string[] {
  try {
    return readdirSync(systemPath(folder), { encoding: "buffer" }).map(pathText).sort();
  } catch {
    return []; // it cannot be read
  }
}
