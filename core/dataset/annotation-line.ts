/** A line of `annotations.jsonl` as it is written. */

import { formatRange, type Range } from "../base/range.ts";

export interface AnnotationLine {
  /** Path under the dataset's `files` folder, with forward slashes. */
  readonly fileName: string;
  readonly sheetName: string;
  /** null: the line says nothing about its split. */
  readonly splitCode: string | null;
  readonly regions: readonly Range[];
  /** Further keys, for people and programs that correct labels: training passes them over. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** The line as JSON, with its line feed. */
export function annotationLine({
  fileName,
  sheetName,
  splitCode,
  regions,
  more = {},
}: AnnotationLine): string {
  const fields = {
    file_name: fileName,
    file_path: "files",
    sheet_name: sheetName,
    ...(splitCode === null ? {} : { split_code: splitCode }),
    table_regions: regions.map(formatRange),
    ...more,
  };
  return `${JSON.stringify(fields)}\n`;
}
