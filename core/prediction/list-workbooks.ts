/** Lists the workbooks that are named or lie in named folders. */

import { realpathSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import type { Problem } from "../base/problem.ts";
import { isLockFile, workbookKind } from "../excel/workbook-names.ts";
import { isDrawnCopy } from "../files/drawn-copy.ts";
import { isFolder, isFolderItself } from "../files/file-state.ts";
import { givenPath, namesIn } from "../files/folder-names.ts";

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
  /** Workbooks in folders that are passed over: copies with drawn ranges, which this program wrote. */
  readonly copies: readonly string[];
}

/** Lists them. @param leftOut A folder that is not entered: the one for the copies. */
export function listWorkbooks(names: readonly string[], leftOut: string | null = null): ListedWorkbooks {
  const copiesFolder = leftOut === null ? null : realPath(leftOut);
  const workbooks = new Map<string, NamedWorkbook>();
  const copies: string[] = [];
  const problems: Problem[] = [];
  const empty: string[] = [];
  const add = (path: string, inner: string) => {
    const key = resolve(path);
    if (!workbooks.has(key)) workbooks.set(key, { path, inner });
  };
  for (const name of names.map(givenPath)) {
    if (!isFolder(name)) {
      add(name, basename(name));
      continue;
    }
    let count = 0;
    const enter = (folder: string): void => {
      for (const entry of entriesOf(folder, problems)) {
        const path = join(folder, entry);
        if (isFolderItself(path)) {
          if (realPath(path) !== copiesFolder) enter(path);
        } else if (isTaken(entry) && !isFolder(path)) {
          if (isDrawnCopy(path)) copies.push(path);
          else add(path, relative(name, path));
          count++;
        }
      }
    };
    const before = problems.length;
    enter(name);
    if (count === 0 && problems.length === before) empty.push(name);
  }
  return { workbooks: [...workbooks.values()], problems, empty, copies };
}

/** The kinds that count in folders. Other kinds of workbooks have to be named one by one. */
function isTaken(name: string): boolean {
  return workbookKind(name) === "package" && !isLockFile(name);
}

/** File names, one per line. Blank lines are ignored. */
export function namesInText(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line.trim() !== "");
}

function entriesOf(folder: string, problems: Problem[]): string[] {
  try {
    return namesIn(folder);
  } catch (error) {
    problems.push({ file: folder, message: "Cannot read the folder", got: (error as Error).message });
    return [];
  }
}

/** The path without links, as far as it exists. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}
