/** Lists the workbooks that are named or lie in named folders. */

import { isUtf8 } from "node:buffer";
import { realpathSync } from "node:fs";
import { basename, extname, join, relative, resolve } from "node:path";
import type { Problem } from "../base/problem.ts";
import { pathText } from "../base/system-path.ts";
import { counted } from "../base/text-layout.ts";
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
  /** Workbooks in folders whose kind counts only where it is named: `.csv`, `.xls` and the like. */
  readonly others: readonly string[];
}

/** Lists them. @param leftOut A folder that is not entered: the one for the copies. */
export function listWorkbooks(names: readonly string[], leftOut: string | null = null): ListedWorkbooks {
  const copiesFolder = leftOut === null ? null : realPath(leftOut);
  const workbooks = new Map<string, NamedWorkbook>();
  const copies: string[] = [];
  const others: string[] = [];
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
        const kind = entryKind(path, entry);
        if (kind === "folder" && realPath(path) !== copiesFolder) enter(path);
        else if (kind === "workbook") add(path, relative(name, path));
        else if (kind === "copy") copies.push(path);
        else if (kind === "other") others.push(path);
        if (kind === "workbook" || kind === "copy") count++;
      }
    };
    const before = problems.length;
    enter(name);
    if (count === 0 && problems.length === before) empty.push(name);
  }
  const all = [...workbooks.values()];
  return {
    workbooks: all,
    problems,
    empty,
    copies,
    others: others.filter((path) => !workbooks.has(resolve(path))),
  };
}

/**
 * A line about workbooks of other kinds: `2 .csv files and 1 .xls file in folders are left out …`.
 *
 * @param others At least one.
 */
export function othersNote(others: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const path of others) {
    const ending = extname(path).toLowerCase();
    counts.set(ending, (counts.get(ending) ?? 0) + 1);
  }
  const kinds = [...counts]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([ending, count]) => counted(count, `${ending} file`));
  const verb = others.length === 1 ? "is" : "are";
  const listed = [kinds.slice(0, -1).join(", "), ...kinds.slice(-1)].filter(Boolean).join(" and ");
  return `${listed} in folders ${verb} left out: only ${TAKEN} count there, name others to read them`;
}

/** What counts in folders. */
const TAKEN = ".xlsx, .xlsm, .xltx and .xltm";

/** What an entry of a folder is; null for what no workbook is. Links to folders are not followed. */
function entryKind(path: string, entry: string): "folder" | "workbook" | "copy" | "other" | null {
  if (isFolderItself(path)) return "folder";
  const kind = workbookKind(entry);
  if (kind === null || isLockFile(entry) || isFolder(path)) return null;
  // Other kinds have to be named one by one.
  if (kind !== "package") return "other";
  return isDrawnCopy(path) ? "copy" : "workbook";
}

/**
 * File names, one per line: as UTF-8, or as the bytes that the system gave to `find`, which other names in
 * the list may not be. Blank lines and a byte order mark are ignored.
 */
export function namesInList(bytes: Uint8Array): string[] {
  const list = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const lines = list.toString("latin1").replace(BYTE_ORDER_MARK, "").split(/\r?\n/);
  return lines.filter((line) => line.trim() !== "").map(nameOf);
}

/** The mark of UTF-8, one character per byte; editors of Windows begin a text with it. */
const BYTE_ORDER_MARK = /^\xef\xbb\xbf/;

/** @param line A name, one character per byte. */
function nameOf(line: string): string {
  const bytes = Buffer.from(line, "latin1");
  return isUtf8(bytes) ? bytes.toString("utf8") : pathText(bytes);
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
