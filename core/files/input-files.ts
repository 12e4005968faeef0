/** Files that a command reads, known by what they are and not by their names: no output may replace one. */

import { realpathSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { systemPath } from "../base/system-path.ts";

/** A file that is read. */
interface InputFile {
  /** As the user named it. */
  readonly path: string;
  /** For messages: `workbook`, `checkpoint`. */
  readonly kind: string;
}

/** Finds a file under all of its names: relative and absolute paths, links to it and links to its folders. */
export class InputFiles {
  readonly #byIdentity = new Map<string, InputFile>();

  /** Adds files of one kind; those that do not exist count by their paths. */
  add(kind: string, paths: readonly string[]): this {
    for (const path of paths) for (const key of identities(path)) this.#byIdentity.set(key, { path, kind });
    return this;
  }

  /** The input that a path means; null if it means none. */
  find(path: string): InputFile | null {
    for (const key of identities(path)) {
      const found = this.#byIdentity.get(key);
      if (found) return found;
    }
    return null;
  }
}

/** Keys that two paths share if they mean one file. */
function identities(path: string): string[] {
  const keys = [resolve(path)];
  try {
    keys.push(realpathSync(systemPath(path)));
    const { dev, ino } = statSync(systemPath(path), { bigint: true });
    if (ino > 0n) keys.push(`${dev}:${ino}`); // a hard link has another path
  } catch {
    // There is no such file: its path is all that is known.
  }
  return keys;
}
