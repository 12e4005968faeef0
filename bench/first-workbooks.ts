/** The workbooks of a folder that a benchmark reads. */

import { usageError } from "../core/base/problem.ts";
import { isFolder } from "../core/files/file-state.ts";
import { listWorkbooks } from "../core/prediction/list-workbooks.ts";

/**
 * The first so many workbooks of a folder, sorted by path.
 *
 * @throws {UserError} Exit code 2: it is no folder, or has no workbook.
 */
export function firstWorkbooks(folder: string, count: number): string[] {
  const found = isFolder(folder) ? listWorkbooks([folder]).workbooks : null;
  if (found !== null && found.length > 0) return found.slice(0, count).map(({ path }) => path);
  throw usageError({
    file: folder,
    message: "Cannot measure on this folder",
    expected: "a folder of workbooks",
    got: found === null ? "no folder" : "no workbook in it",
  });
}
