/** What an import did, and what it says about it. */

import { counted } from "../../base/text-layout.ts";

/** One thing that was not taken as it stood. */
export interface ImportNote {
  /** The line of the source's annotations, from 1; null where there is none. */
  readonly line: number | null;
  /** `book.xls, sheet "Data"`. */
  readonly where: string;
  readonly what: string;
}

export interface ImportResult {
  readonly dataset: string;
  readonly folder: string;
  readonly workbooks: number;
  readonly sheets: number;
  readonly tables: number;
  /** Taken, but not as it stood. */
  readonly mended: readonly ImportNote[];
  /** Taken, and worth a look. */
  readonly doubtful: readonly ImportNote[];
  /** Not taken. */
  readonly leftOut: readonly ImportNote[];
}

/** The counts in a line, and all that was mended and left out: at most `shown` of each. */
export function importReport(result: ImportResult, shown = Number.POSITIVE_INFINITY): string {
  const { dataset, workbooks, sheets, tables, mended, doubtful, leftOut } = result;
  return [
    `${dataset}: ${counted(sheets, "sheet")} of ${counted(workbooks, "workbook")}, ${counted(tables, "table")}`,
    ...section("mended", mended, shown),
    ...section("to be looked at", doubtful, shown),
    ...section("left out", leftOut, shown),
  ].join("\n");
}

function section(title: string, notes: readonly ImportNote[], shown: number): string[] {
  if (notes.length === 0) return [];
  const lines = notes.slice(0, shown).map(({ line, where, what }) => {
    const place = [line === null ? "" : `line ${line}`, where].filter(Boolean).join(", ");
    return `  ${place}: ${what}`;
  });
  const more = notes.length > shown ? [`  … and ${notes.length - shown} more`] : [];
  return ["", `${title}: ${notes.length}`, ...lines, ...more];
}
