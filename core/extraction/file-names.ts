/** Names the folders and files of extracted tables. */

import { join, parse } from "node:path";
import { columnName, type Range } from "../base/range.ts";
import { shownPath } from "../base/system-path.ts";
import { textStart } from "../base/text-start.ts";
import { UniqueNames } from "../base/unique-names.ts";

/** The list of all tables, at the top of the folder. */
export const INDEX_NAME = "index.csv";

/**
 * A folder per workbook, named like it without its ending. If several have one name, the later ones get a
 * number: `budget-2`.
 *
 * @param paths The paths of the workbooks below the folder that was named.
 * @returns Relative paths, each once, also where upper and lower case count as the same.
 */
export function workbookFolders(paths: readonly string[]): string[] {
  const names = new UniqueNames([INDEX_NAME, ".", ".."]);
  return paths.map((path) => {
    const { dir, name } = parse(shownPath(path));
    return names.add((suffix) => join(dir, name + suffix));
  });
}

/** Bytes of a sheet's name that stand in a file's name: systems allow 255 in all. */
const SHEET_BYTES = 120;
/** What Windows does not allow in names, and what ends a name badly. */
const FORBIDDEN = /[<>:"/\\|?*\p{Cc}\u{10fe00}-\u{10feff}]/gu;

/** Names the tables of one workbook: `2026_B3-F20.csv`. Call it once per table. */
export class TableNames {
  readonly #names = new UniqueNames();

  /** @param ending With its dot. */
  add(sheet: string, { left, top, right, bottom }: Range, ending: string): string {
    const range = `${columnName(left)}${top}-${columnName(right)}${bottom}`;
    const start = textStart(sheet.replaceAll(FORBIDDEN, "_").trim(), SHEET_BYTES);
    return this.#names.add((suffix) => `${start}_${range}${suffix}${ending}`);
  }
}
