/** Finds what a program names in a workbook: a sheet, a range. */

import { usageError } from "../base/problem.ts";
import { parseRange, type Range } from "../base/range.ts";

/** The sheet of this name. @throws {UserError} Exit code 2, if there is none. */
export function namedSheet<Sheet extends { readonly name: string }>(
  file: string,
  sheets: readonly Sheet[],
  name: string,
): Sheet {
  const found = sheets.find((sheet) => sheet.name === name);
  if (found !== undefined) return found;
  const expected = `one of ${sheets.map((sheet) => JSON.stringify(sheet.name)).join(", ")}`;
  throw usageError({ file, message: "Cannot find this sheet", expected, got: JSON.stringify(name) });
}

/** The range that a text names. @throws {UserError} Exit code 2, if it is none. */
export function namedRange(text: string): Range {
  const range = typeof text === "string" ? parseRange(text) : null; // plain JavaScript may give anything
  if (range !== null) return range;
  throw usageError({
    message: "Cannot use this range",
    expected: "a range such as B4:G11",
    got: String(text),
  });
}
