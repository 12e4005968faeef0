/** Finds the workbooks in a folder. */

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { workbookKind } from "../excel/workbook-names.ts";
import { fileSize } from "../files/file-state.ts";

/**
 * Finds files with a workbook's ending in a folder and below it. Hidden files and Excel's lock files are
 * left out.
 *
 * @returns Paths relative to `folder`, with forward slashes, sorted. Empty if there is no such folder.
 */
export function findWorkbooks(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  } catch {
    return [];
  }
  return names
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => workbookKind(name) !== null && !/(^|\/)(~\$|\.)/.test(name))
    .filter((name) => fileSize(join(folder, name)) !== null)
    .sort();
}
