import { type Stats, statSync } from "node:fs";

/** The file's size in bytes; null if there is no such file (or what there is is no file). */
export function fileSize(path: string): number | null {
  const found = tryStat(path);
  return found?.isFile() ? found.size : null;
}

export function isFolder(path: string): boolean {
  return tryStat(path)?.isDirectory() ?? false;
}

/** Null for whatever cannot be looked at: missing, no permission, a path through a file. */
export function tryStat(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}
