/** Names the columns of a table by its header rows. */

import { columnName } from "../base/range.ts";
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
  const taken = new Set<string>();
  /** The last number that was given, by name: under a title that spans a sheet, all columns have one name. */
  const last = new Map<string, number>();
  return names.map((name, at) => {
    const plain = name === "" ? columnName(left + at) : name;
    let [unique, number] = [plain, last.get(plain) ?? 1];
    while (taken.has(unique)) unique = `${plain} (${++number})`;
    last.set(plain, number);
    taken.add(unique);
    return unique;
  });
}
