/** What the name of a file says about a workbook. Its bytes have the last word when it is read (`detect-format.ts`). */

/**
 * How a workbook with this ending is read:
 *
 * - `package`: XML parts in an archive, which the project reads itself and can draw on;
 * - `text`: rows of text, which the project reads itself;
 * - `converted`: by LibreOffice, which makes a package of it.
 */
export type WorkbookKind = "package" | "text" | "converted";

/** Every ending of a workbook, without its dot. */
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

/** The kind that a name's ending stands for, in either case; null if it is no workbook's. */
export function workbookKind(name: string): WorkbookKind | null {
  const ending = /\.([^./\\]+)$/.exec(name)?.[1];
  return (ending && ENDINGS.get(ending.toLowerCase())) || null;
}

/** True for what Excel leaves beside an open workbook: `~$budget.xlsx`. */
export function isLockFile(name: string): boolean {
  return name.startsWith("~$");
}
