/** How a sheet is laid out on the screen: sizes of rows and columns, merged ranges, frozen panes. */

import { formatRange, MAX_COLUMN, MAX_ROW } from "../base/range.ts";
import type { IntegerList } from "../excel/cell-table.ts";
import { columnWidths, rowHeights } from "../excel/line-sizes.ts";
import { MERGE_FIELDS } from "../excel/sheet-scanner.ts";
import { DEFAULT_FONT_SIZE } from "../excel/styles.ts";
import type { Sheet } from "../excel/workbook.ts";
import type { SheetLayout } from "./label-messages.ts";

/** Rows and columns that are shown beyond the content, and the least that are shown. */
const MARGIN = { rows: 20, cols: 6 };
const LEAST = { rows: 50, cols: 26 };
/** More merged ranges than these are left out. */
const MOST_MERGES = 50_000;
/** Excel's rows are at most 409 points high. */
const MOST_HEIGHT = 546;

/** The layout of a sheet; `rows` and `cols` lie within the limits of Excel. */
export function sheetLayout(sheet: Sheet): SheetLayout {
  const { height, width, merges } = sheet;
  const { frozenRows, frozenColumns } = sheet.geometry;
  const rows = Math.min(MAX_ROW, Math.max(LEAST.rows, height + MARGIN.rows, frozenRows + 1));
  const cols = Math.min(MAX_COLUMN, Math.max(LEAST.cols, width + MARGIN.cols, frozenColumns + 1));
  const [across, down] = [columnWidths(sheet), rowHeights(sheet)];
  const widths = new Float64Array(cols).fill(across.usual);
  for (const { first, last, size } of across.spans) widths.fill(size, first - 1, last);
  const heights = new Float64Array(rows).fill(rowPixels(down.usual));
  if (down.usual > 0) raiseByFonts(heights, sheet);
  for (const { first, last, size } of down.spans) heights.fill(rowPixels(size), first - 1, last);
  return {
    rows,
    cols,
    widths: runs(widths),
    heights: runs(heights),
    merges: mergedRanges(merges),
    frozen: { rows: frozenRows, cols: frozenColumns },
    truncated: merges.length > MOST_MERGES * MERGE_FIELDS,
  };
}

/** Points to pixels at 96 dpi. */
function rowPixels(points: number): number {
  return Math.round((points * 96) / 72);
}

/** A row without a height of its own is as high as its largest font needs. */
function raiseByFonts(heights: Float64Array, { cells, styles }: Sheet): void {
  const needed = Float64Array.from(styles, ({ font }) => fontPixels(font.size ?? DEFAULT_FONT_SIZE));
  for (let cell = 0; cell < cells.length; cell++) {
    const row = cells.rows[cell]! - 1;
    const height = needed[cells.styles[cell]!] ?? 0;
    if (row < heights.length && height > heights[row]!) heights[row] = height;
  }
}

/** The height of a row in points of a font, in pixels: within one of what Excel gives rows in Calibri. */
function fontPixels(points: number): number {
  return Math.min(MOST_HEIGHT, Math.round(1.7 * points + 0.8));
}

/** Pairs of how many, and how large. */
function runs(sizes: Float64Array): number[] {
  const pairs: number[] = [];
  for (let at = 0; at < sizes.length; ) {
    let end = at + 1;
    while (end < sizes.length && sizes[end] === sizes[at]) end++;
    pairs.push(end - at, sizes[at]!);
    at = end;
  }
  return pairs;
}

function mergedRanges(merges: IntegerList): string[] {
  const count = Math.min(MOST_MERGES, merges.length / MERGE_FIELDS);
  return Array.from({ length: count }, (_, index) => {
    const at = index * MERGE_FIELDS;
    const [top, left] = [merges.at(at), merges.at(at + 1)];
    return formatRange({ top, left, bottom: merges.at(at + 2), right: merges.at(at + 3) });
  });
}
