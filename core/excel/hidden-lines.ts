/** Which rows and columns of a sheet are hidden. */

import { COLUMN_FIELDS, ROW_FIELDS } from "./sheet-scanner.ts";
import type { Sheet } from "./workbook.ts";

export interface HiddenLines {
  /** Numbers from 1, in the order of the file. */
  readonly rows: ReadonlySet<number>;
  readonly columns: ReadonlySet<number>;
}

/** The hidden rows and columns, whether by hand, by a filter or by a collapsed group. */
export function hiddenLines({ rows, columns }: Pick<Sheet, "rows" | "columns">): HiddenLines {
  const hidden = { rows: new Set<number>(), columns: new Set<number>() };
  for (let at = 0; at < rows.length; at += ROW_FIELDS) {
    if (rows.at(at + 2) === 1) hidden.rows.add(rows.at(at));
  }
  for (let at = 0; at < columns.length; at += COLUMN_FIELDS) {
    if (columns.at(at + 3) !== 1) continue;
    for (let column = columns.at(at); column <= columns.at(at + 1); column++) hidden.columns.add(column);
  }
  return hidden;
}
