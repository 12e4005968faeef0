/** Joins a line of the annotations with the sheet that it is about. */

import { nearest } from "../base/nearest.ts";
import { plainName } from "../base/plain-name.ts";
import { clipRange, formatRange, type Range } from "../base/range.ts";
import type { DataOptions } from "../config/data-options.ts";
import { rangesToBoxes } from "../features/box-range.ts";
import type { SheetGrid } from "../features/sheet-grid.ts";
import type { Annotation } from "./annotation-line.ts";
import type { SheetEntry } from "./dataset.ts";

/** A sheet to train on and the changes to it, or why it cannot be used. */
export type LabelledSheet =
  | {
      readonly entry: SheetEntry;
      /** The worksheet as the workbook has it. */
      readonly sheet: SheetGrid;
      readonly notes: readonly string[];
    }
  | {
      readonly entry: null;
      readonly reason: string;
      /**
       * True if the label and the workbook contradict each other: `on_bad_file: fail` does not accept that.
       */
      readonly isMistake: boolean;
    };

type LabelOptions = Pick<DataOptions, "on_large_sheet" | "on_proposed_label" | "max_rows" | "max_cols">;

/**
 * Labels the sheets of one workbook, with one result for each line. If several lines mean one sheet, because
 * their names differ in case or surrounding blanks alone, the one with the sheet's exact name counts, else
 * the first; the others are mistakes. A proposal that `on_proposed_label: skip` leaves out does not compete
 * with them.
 */
export function labelSheets(
  dataset: string,
  annotations: readonly Annotation[],
  sheets: readonly SheetGrid[],
  options: LabelOptions,
): LabelledSheet[] {
  const counting = new Map<SheetGrid, Annotation>();
  for (const annotation of annotations) {
    if (annotation.isUnseen && options.on_proposed_label === "skip") continue;
    const sheet = findSheet(sheets, annotation.sheetName);
    if (sheet === null) continue;
    const isExact = sheet.sheetName === annotation.sheetName;
    if (isExact || !counting.has(sheet)) counting.set(sheet, annotation);
  }
  return annotations.map((annotation) => {
    const sheet = findSheet(sheets, annotation.sheetName);
    const first = sheet && counting.get(sheet);
    if (!first || first === annotation) return labelSheet(dataset, annotation, sheets, options);
    const reason =
      `line ${first.line} is about the same sheet, ${JSON.stringify(sheet!.sheetName)}, and counts; ` +
      `put the regions of both there and delete line ${annotation.line}`;
    return { entry: null, reason, isMistake: true };
  });
}

/**
 * Finds the annotated sheet, crops its regions to its grid and makes the boxes. Regions that reach past the
 * sheet are clipped. A region wholly outside the sheet is a mistake of the line: its other regions are
 * doubtful then.
 */
function labelSheet(
  dataset: string,
  annotation: Annotation,
  sheets: readonly SheetGrid[],
  options: LabelOptions,
): LabelledSheet {
  const { fileName, sheetName, regions } = annotation;
  const notes: string[] = [];
  const label = `${dataset}/${fileName}/${sheetName}`;
  const mistake = (reason: string) => ({ entry: null, reason, isMistake: true }) as const;
  const unused = (reason: string) => ({ entry: null, reason, isMistake: false }) as const;

  const sheet = findSheet(sheets, sheetName);
  if (sheet === null) return mistake(missingSheet(sheetName, sheets));
  if (sheet.sheetName !== sheetName) {
    notes.push(
      `${label}: the workbook's sheet is called ${JSON.stringify(sheet.sheetName)}; taken for the same`,
    );
  }
  const { grid, height, width } = sheet;
  const outside = regions.filter((region) => clipRange(region, height, width) === null);
  if (outside.length > 0) {
    const extent =
      grid === null
        ? "is empty"
        : `ends at ${formatRange({ top: height, left: width, bottom: height, right: width }).split(":")[0]}`;
    return mistake(`the label names ${outside.map(formatRange).join(", ")}, but the sheet ${extent}`);
  }
  if (grid === null) return unused("the sheet is empty");
  const limit = `${options.max_rows} x ${options.max_cols} (data.max_rows x data.max_cols)`;
  if (sheet.cropped && options.on_large_sheet === "skip") {
    return unused(`${height} x ${width} cells are more than ${limit}`);
  }

  const ranges: Range[] = [];
  const changes: string[] = sheet.cropped
    ? [`${height} x ${width} cells, cropped to ${grid.height} x ${grid.width}, the limit is ${limit}`]
    : [];
  for (const region of regions) {
    const range = clipRange(region, grid.height, grid.width);
    if (range === null) {
      changes.push(`the table ${formatRange(region)} lies in what was cropped away`);
      continue;
    }
    if (range.bottom !== region.bottom || range.right !== region.right) {
      changes.push(
        `the table ${formatRange(region)} reaches past the grid, clipped to ${formatRange(range)}`,
      );
    }
    ranges.push(range);
  }
  if (changes.length > 0) notes.push(`${label}: ${changes.join("; ")}`);
  const boxes = rangesToBoxes(ranges, grid.height, grid.width);
  const size = { height: grid.height, width: grid.width };
  return { entry: { dataset, fileName, sheetName, label, ...size, grid, ranges, boxes }, sheet, notes };
}

/**
 * Finds a sheet by its exact name, else the only one whose name differs just in case and surrounding
 * blanks.
 */
export function findSheet(sheets: readonly SheetGrid[], name: string): SheetGrid | null {
  const exact = sheets.find((sheet) => sheet.sheetName === name);
  if (exact) return exact;
  const alike = sheets.filter((sheet) => plainName(sheet.sheetName) === plainName(name));
  return alike.length === 1 ? alike[0]! : null;
}

function missingSheet(name: string, sheets: readonly SheetGrid[]): string {
  const names = sheets.map((sheet) => sheet.sheetName);
  const close = nearest(name, names);
  const hint = close === null ? "" : `; did you mean ${JSON.stringify(close)}?`;
  const listed = names.slice(0, 10).map((each) => JSON.stringify(each));
  if (names.length > 10) listed.push(`… ${names.length - 10} more`);
  const there = listed.join(", ") || "none";
  return `the workbook lacks it${hint} (its sheets: ${there})`;
}
