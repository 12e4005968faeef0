/** Groups the sheets of an evaluation. */

import type { MeasuredSheet } from "./measured-sheet.ts";

export type GroupName = "tables_per_sheet" | "sheet_size" | "confidence" | "label_origin" | "dataset";

export interface SheetGroup {
  readonly name: string;
  /** Indices into the list of sheets. */
  readonly indices: readonly number[];
}

/** Groups by the number of true tables on a sheet. */
const TABLE_COUNTS = [
  { name: "0", most: 0 },
  { name: "1", most: 1 },
  { name: "2", most: 2 },
  { name: "3–5", most: 5 },
  { name: ">5", most: Number.POSITIVE_INFINITY },
];

/** Groups by the number of cells of a grid. */
const SIZES = [
  { name: "small (under 500 cells)", most: 499 },
  { name: "medium (500–4,999)", most: 4999 },
  { name: "large (5,000 and more)", most: Number.POSITIVE_INFINITY },
];

/** The group of labels that have no such key. */
const UNKNOWN = "not given";

/**
 * The groups of each criterion, without empty ones. `confidence` and `label_origin` have no groups if no
 * label has the key, `dataset` has none if there is one dataset.
 */
export function groupsOf(sheets: readonly MeasuredSheet[]): Readonly<Record<GroupName, SheetGroup[]>> {
  const byValue = (textOf: (sheet: MeasuredSheet) => string | null): SheetGroup[] => {
    const names = [...new Set(sheets.map(textOf))].sort((a, b) => (a ?? "~").localeCompare(b ?? "~", "en"));
    if (names.every((name) => name === null)) return [];
    return names.map((name) => ({
      name: name ?? UNKNOWN,
      indices: where(sheets, (sheet) => textOf(sheet) === name),
    }));
  };
  const datasets = byValue(({ report }) => report.dataset);
  return {
    tables_per_sheet: byNumber(sheets, TABLE_COUNTS, ({ report }) => report.truth.length),
    sheet_size: byNumber(sheets, SIZES, ({ report }) => report.rows * report.columns),
    confidence: byValue(({ confidence }) => confidence),
    label_origin: byValue(({ origin }) => origin),
    dataset: datasets.length > 1 ? datasets : [],
  };
}

function byNumber(
  sheets: readonly MeasuredSheet[],
  classes: readonly { readonly name: string; readonly most: number }[],
  numberOf: (sheet: MeasuredSheet) => number,
): SheetGroup[] {
  return classes
    .map(({ name, most }, at) => {
      const above = at === 0 ? Number.NEGATIVE_INFINITY : classes[at - 1]!.most;
      return {
        name,
        indices: where(sheets, (sheet) => numberOf(sheet) > above && numberOf(sheet) <= most),
      };
    })
    .filter(({ indices }) => indices.length > 0);
}

function where(sheets: readonly MeasuredSheet[], isIn: (sheet: MeasuredSheet) => boolean): readonly number[] {
  return sheets.flatMap((sheet, index) => (isIn(sheet) ? [index] : []));
}
