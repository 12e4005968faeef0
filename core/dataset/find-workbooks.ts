/** Finds the workbooks in a folder. */

import { join } from "node:path";
import { isLockFile, workbookKind } from "../excel/workbook-names.ts";
import { isDrawnCopy } from "../files/drawn-copy.ts";
import { fileSize, isFolderItself } from "../files/file-state.ts";
import { namesIn } from "../files/folder-names.ts";

interface FindOptions {
  /** True: copies with drawn ranges are found too. @default false */
  readonly drawn?: boolean;
  /** Paths, as they are returned, that are left out without a look at the file. @default none */
  readonly known?: { has(path: string): boolean };
}

/**
 * Finds files with a workbook's ending in a folder and below it. Left out are hidden files, Excel's lock
 * files, and copies with drawn ranges that this program wrote.
 *
 * @returns Paths relative to `folder`, with forward slashes, sorted. Empty if there is no such folder.
 */
export function findWorkbooks(
  folder: string,
  { drawn = false, known = new Set<string>() }: FindOptions = {},
): string[] {
  const found: string[] = [];
  const enter = (inner: string): void => {
    for (const name of readableNames(join(folder, inner))) {
      if (name.startsWith(".")) continue;
      const path = inner === "" ? name : `${inner}/${name}`;
      if (known.has(path)) continue;
      const full = join(folder, path);
      if (isFolderItself(full)) enter(path);
      else if (isWorkbook(name, full, drawn)) found.push(path);
    }
  };
  enter("");
  return found.sort();
}

function isWorkbook(name: string, path: string, drawn: boolean): boolean {
  if (workbookKind(name) === null || isLockFile(name) || fileSize(path) === null) return false;
  return drawn || !isDrawnCopy(path);
}

/** None if there is no such folder, or it cannot be read. */
function readableNames(folder: string): string[] {
  try {
    return namesIn(folder);
  } catch {
    return [];
  }
}
