/** Names the columns of a table by its header rows. */

import { columnName } from "../base/range.ts";
import { UniqueNames } from "../base/unique-names.ts";
import { type TableValue, valueText } from "./table-value.ts";

/** Stands between the names of the header rows. */
const BETWEEN = " / ";

/**
 * One name per column: the texts of its header cells from top to bottom, joined by ` / `. Repeated ones, as
 * merged cells have them, stand once, and line breaks become spaces.
 *
 * @param header The header rows, each with a value per column.
 * @returns "" for a column without a text in the header.
 */
export function joinedNames(header: readonly (readonly TableValue[])[], width: number): string[] {
  return Array.from({ length: width }, (_, column) => {
    const texts = header.map((row) => valueText(row[column]!).replaceAll(/\s+/g, " ").trim());
    const different = texts.filter((text, at) => text !== "" && text !== texts[at - 1]);
    return different.join(BETWEEN);
  });
}

/**
 * Names for formats that need a different one per column. A column without a name has the letter that the
 * sheet has for it, and later columns of the same name get a number: `Total (2)`.
 *
 * @param left The number of the table's first column on the sheet, from 1.
 */
export function uniqueNames(names: readonly string[], left: number): string[] {
  // Under a title that spans a sheet, all columns have one name.
  const unique = new UniqueNames([], { isCaseSensitive: true, ending: (number) => ` (${number})` });
  return names.map((name, at) => unique.add((ending) => (name || columnName(left + at)) + ending));
}
