/** What an import did, and the report about it. */

import { counted } from "../../base/text-layout.ts";

/** The file beside the annotations in which an import reports; it marks a dataset that an import made. */
export const IMPORT_REPORT = "import-report.txt";

/** The file beside it with the hash of the labels as the import wrote them, in the form of `sha256sum`. */
export const IMPORTED_LABELS = "annotations.jsonl.sha256";

/** The `label_origin` of labels that a person drew into copies of workbooks. */
export const DRAWN_ORIGIN = "drawn";

/** The content of that file. @param labels All lines of the annotations. */
export function labelsSum(labels: string): string {
  return `${new Bun.CryptoHasher("sha256").update(labels).digest("hex")}  annotations.jsonl\n`;
}

/** A note on something that was changed, doubtful or left out. */
export interface ImportNote {
  /** The line of the source's annotations, from 1; null if there are no annotations. */
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
  /** Imported with changes. */
  readonly mended: readonly ImportNote[];
  /** Imported, but worth a look. */
  readonly doubtful: readonly ImportNote[];
  /** Not imported. */
  readonly leftOut: readonly ImportNote[];
}

/** The counts in one line, then the notes. @param shown The most notes of each kind. */
export function importReport(result: ImportResult, shown = Number.POSITIVE_INFINITY): string {
  const { dataset, workbooks, sheets, tables, mended, doubtful, leftOut } = result;
  return [
    `${dataset}: ${counted(sheets, "sheet")} of ${counted(workbooks, "workbook")}, ` +
      counted(tables, "table"),
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
