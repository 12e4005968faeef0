/** What the name of a file says about a workbook. When it is read, its bytes decide (`detect-format.ts`). */

/**
 * How a workbook with this ending is read:
 *
 * - `package`: XML parts in an archive, which the project reads itself and can draw on;
 * - `text`: rows of text, which the project reads itself;
 * - `converted`: by LibreOffice, which makes a package of it.
 */
export type WorkbookKind = "package" | "text" | "converted";

/** The endings of workbooks, without the dot. */
const ENDINGS: ReadonlyMap<string, WorkbookKind> = new Map([
  ["xlsx", "package"],
  ["xlsm", "package"],
  ["xltx", "package"],
  ["xltm", "package"],
  ["csv", "text"],
  ["tsv", "text"],
  ["xls", "converted"],
  ["xlsb", "converted"],
  ["ods", "converted"],
]);

/**
 * The kind of workbook that the ending of a name stands for, in either case; null if it is another ending.
 */
export function workbookKind(name: string): WorkbookKind | null {
  const ending = /\.([^./\\]+)$/.exec(name)?.[1];
  return (ending && ENDINGS.get(ending.toLowerCase())) || null;
}

/** True for the lock file that Excel puts beside an open workbook: `~$budget.xlsx`. */
export function isLockFile(name: string): boolean {
  return name.startsWith("~$");
}
