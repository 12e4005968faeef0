/** Fits a published label to the sheet that it is about. */

import { clipRange, formatRange, type Range } from "../../base/range.ts";
import type { SheetGrid } from "../../features/sheet-grid.ts";
import { findSheet } from "../label-sheet.ts";

/** The label and what was mended in it, or why it cannot be used. */
export type MendedLabel =
  | {
      readonly kind: "label";
      /** As the workbook has it. */
      readonly sheetName: string;
      readonly regions: readonly Range[];
      readonly mended: readonly string[];
    }
  | { readonly kind: "left out"; readonly reason: string };

/**
 * Finds the sheet and clips regions that reach past it. The sheet's name may differ in case and in
 * surrounding blanks if only one sheet is alike. A region wholly outside the sheet makes the label
 * unusable: the others are doubtful then.
 */
export function mendLabel(
  sheetName: string,
  regions: readonly Range[],
  sheets: readonly SheetGrid[],
): MendedLabel {
  const sheet = findSheet(sheets, sheetName);
  if (sheet === null) {
    const there = sheets.map((each) => JSON.stringify(each.sheetName)).join(", ") || "none";
    return { kind: "left out", reason: `the workbook lacks the sheet (its sheets: ${there})` };
  }
  if (sheet.height === 0) return { kind: "left out", reason: "the sheet is empty" };
  const mended: string[] = [];
  if (sheet.sheetName !== sheetName) {
    mended.push(`the sheet's name in the workbook is ${JSON.stringify(sheet.sheetName)}`);
  }
  const clipped: Range[] = [];
  for (const region of regions) {
    const inside = clipRange(region, sheet.height, sheet.width);
    if (inside === null) {
      const extent = formatRange({ top: 1, left: 1, bottom: sheet.height, right: sheet.width });
      return {
        kind: "left out",
        reason: `its region ${formatRange(region)} lies outside of the sheet (${extent})`,
      };
    }
    if (formatRange(inside) !== formatRange(region)) {
      mended.push(`the region ${formatRange(region)} was clipped to ${formatRange(inside)}`);
    }
    clipped.push(inside);
  }
  const distinct = [...new Map(clipped.map((range) => [formatRange(range), range])).values()];
  if (distinct.length < clipped.length) mended.push("regions that are one after clipping were joined");
  return { kind: "label", sheetName: sheet.sheetName, regions: distinct, mended };
}
