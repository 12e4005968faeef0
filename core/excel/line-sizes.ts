/** How wide the columns of a sheet are and how high its rows, as Excel shows them. */

import { MAX_ROW } from "../base/range.ts";
import type { IntegerList } from "./cell-table.ts";
import { hiddenLines } from "./hidden-lines.ts";
import { HEIGHT_FIELDS, WIDTH_FIELDS } from "./sheet-geometry.ts";
import type { Sheet } from "./workbook.ts";

/** Excel's own defaults: 8.43 characters, which are 64 pixels, and 15 points. */
const DEFAULT_WIDTH = 64;
const DEFAULT_HEIGHT = 15;
/** The width of a digit of the default font, Calibri 11, in pixels: widths of columns are counted in it. */
const DIGIT = 7;

/** Lines of one size; they count from 1. */
export interface LineSpan {
  readonly first: number;
  readonly last: number;
  /** 0 for hidden ones. */
  readonly size: number;
}

export interface LineSizes {
  /** The size of lines in no span. */
  readonly usual: number;
  /** In order, without a common line. */
  readonly spans: readonly LineSpan[];
}

/** What a sheet says about its rows and columns. */
export type SizedSheet = Pick<Sheet, "geometry" | "rows" | "columns">;

/** The widths of the columns in pixels of 1/96 inch, which Excel rounds to whole ones. */
export function columnWidths(sheet: SizedSheet): LineSizes {
  const { columns, defaultWidth } = sheet.geometry;
  const hidden = hiddenLines(sheet).columns;
  return {
    usual: defaultWidth === null ? DEFAULT_WIDTH : columnPixels(defaultWidth),
    spans: visibleSpans(columns, WIDTH_FIELDS, (stored) => columnPixels(stored / 256), hidden),
  };
}

/**
 * The heights of the rows in points. A row whose height nobody has set counts as a usual one: only the
 * program that shows it knows how high it is.
 */
export function rowHeights(sheet: SizedSheet): LineSizes {
  const { rows, defaultHeight, hidesRows } = sheet.geometry;
  return {
    usual: hidesRows ? 0 : (defaultHeight ?? DEFAULT_HEIGHT),
    spans: visibleSpans(rows, HEIGHT_FIELDS, (stored) => stored / 100, hiddenLines(sheet).rows),
  };
}

/** A width in characters of the default font, in pixels. (ECMA-376 part 1, 18.3.1.13) */
function columnPixels(characters: number): number {
  return Math.trunc(((256 * characters + Math.trunc(128 / DIGIT)) / 256) * DIGIT);
}

/** The spans of lines with a size of their own, and of hidden ones, which have none. */
function visibleSpans(
  stored: IntegerList,
  fields: number,
  toSize: (stored: number) => number,
  hidden: ReadonlySet<number>,
): LineSpan[] {
  const gaps = hiddenSpans(hidden);
  const sized: LineSpan[] = [];
  for (let at = 0; at < stored.length; at += fields) {
    sized.push({ first: stored.at(at), last: stored.at(at + 1), size: toSize(stored.at(at + 2)) });
  }
  sized.sort((a, b) => a.first - b.first);
  const spans = [...gaps];
  let [end, gap] = [0, 0];
  for (const { first, last, size } of sized) {
    // Of two sizes for one line the first counts.
    let from = Math.max(first, end + 1);
    end = Math.max(end, last);
    while (gap < gaps.length && gaps[gap]!.last < from) gap++;
    for (let next = gap; from <= last; next++) {
      const { first: to, last: over } = gaps[next] ?? AFTER_ALL;
      if (to > from) spans.push({ first: from, last: Math.min(last, to - 1), size });
      from = Math.max(from, over + 1);
    }
  }
  return spans.sort((a, b) => a.first - b.first);
}

const AFTER_ALL: LineSpan = { first: MAX_ROW + 1, last: MAX_ROW + 1, size: 0 };

function hiddenSpans(hidden: ReadonlySet<number>): LineSpan[] {
  const spans: { first: number; last: number; size: number }[] = [];
  for (const line of Uint32Array.from(hidden).sort()) {
    const before = spans.at(-1);
    if (before !== undefined && before.last === line - 1) before.last = line;
    else spans.push({ first: line, last: line, size: 0 });
  }
  return spans;
}
