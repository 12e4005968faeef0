/** The workbooks that names of files and folders mean. */

import { type Dirent, readdirSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import type { Problem } from "../base/problem.ts";
import { isLockFile, workbookKind } from "../excel/workbook-names.ts";
import { isFolder } from "../files/file-state.ts";

/** A workbook to look at. */
export interface NamedWorkbook {
  /** As the user named it, or below the folder as the user named that. */
  readonly path: string;
  /** Its path below the folder that was named; a file named by itself: its name alone. */
  readonly inner: string;
}

export interface ListedWorkbooks {
  /** In the order of the names, each once; in a folder in the order of their paths. */
  readonly workbooks: readonly NamedWorkbook[];
  /** Folders that cannot be read. */
  readonly problems: readonly Problem[];
  /** Folders without a workbook. */
  readonly empty: readonly string[];
}

/** @param leftOut A folder that is not entered, absolute: the one that is written to. */
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

/** What is taken in folders: other kinds of workbooks have to be named. */
function isTaken(name: string): boolean {
  return workbookKind(name) === "package" && !isLockFile(name);
}

/** File names, one a line; blank lines count for nothing. */
export function namesInText(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line.trim() !== "");
}

/** Links to folders are not followed: they may lead in circles. */
function sortedEntries(folder: string, problems: Problem[]): Dirent[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    problems.push({ file: folder, message: "Cannot read the folder", got: (error as Error).message });
    return [];
  }
}
