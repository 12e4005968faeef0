/** Finds the path that was meant by one that leads nowhere. */

import { basename, dirname, join } from "node:path";
import { nearest } from "../base/nearest.ts";
import { isFolder } from "./file-state.ts";
import { namesIn } from "./folder-names.ts";

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
  const candidates = namesOf(above).filter((name) => accepts(join(above, name)));
  const close = nearest(basename(path), candidates);
  return close === null ? null : join(above, close);
}

function namesOf(folder: string): string[] {
  try {
    return namesIn(folder);
  } catch {
    return []; // it cannot be read
  }
}
