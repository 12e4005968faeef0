/** Lists the workbooks that are named or lie in named folders. */

import { type Dirent, readdirSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import type { Problem } from "../base/problem.ts";
import { isLockFile, workbookKind } from "../excel/workbook-names.ts";
import { isFolder } from "../files/file-state.ts";

/** A workbook to find tables in. */
export interface NamedWorkbook {
  /** As the user named it; in a folder: the folder's name and the path below it. */
  readonly path: string;
  /** The path below the named folder; for a named file: the file's name. */
  readonly inner: string;
}

export interface ListedWorkbooks {
  /** In the order of the names, and in a folder sorted by path. Each workbook once. */
  readonly workbooks: readonly NamedWorkbook[];
  /** Folders that cannot be read. */
  readonly problems: readonly Problem[];
  /** Folders without a workbook. */
  readonly empty: readonly string[];
}

/** Lists them. @param leftOut The absolute path of a folder that is not entered: the one for the copies. */
export function listWorkbooks(names: readonly string[], leftOut: string | null = null): ListedWorkbooks {
  const workbooks = new Map<string, NamedWorkbook>();
  const problems: Problem[] = [];
  const empty: string[] = [];
  const add = (path: string, inner: string) => {
    const key = resolve(path);
    if (!workbooks.has(key)) workbooks.set(key, { path, inner });
  };
  for (const name of names) {
    if (!isFolder(name)) {
      add(name, basename(name));
      continue;
    }
    let count = 0;
    const enter = (folder: string): void => {
      for (const entry of sortedEntries(folder, problems)) {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) {
          if (resolve(path) !== leftOut) enter(path);
        } else if (isTaken(entry.name) && !isFolder(path)) {
          add(path, relative(name, path));
          count++;
        }
      }
    };
    const before = problems.length;
    enter(name);
    if (count === 0 && problems.length === before) empty.push(name);
  }
  return { workbooks: [...workbooks.values()], problems, empty };
}

/** The kinds that count in folders. Other kinds of workbooks have to be named one by one. */
function isTaken(name: string): boolean {
  return workbookKind(name) === "package" && !isLockFile(name);
}

/** File names, one per line. Blank lines are ignored. */
export function namesInText(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line.trim() !== "");
}

/** Links to folders are not followed, since they may lead in circles. */
function sortedEntries(folder: string, problems: Problem[]): Dirent[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    problems.push({ file: folder, message: "Cannot read the folder", got: (error as Error).message });
    return [];
  }
}
