/** Rectangles of cells, written as in Excel: `A1:F20`. */

/**
 * A rectangle of cells. Rows and columns count from 1 and include both ends: `B3:F20` is rows
 * 3–20, columns 2–6.
 */
export interface Range {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** The last row and column of a sheet in Excel: `XFD1048576`. */
export const MAX_ROW = 1_048_576;
export const MAX_COLUMN = 16_384;

const A1 = /^\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})(?::\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6}))?$/;

/**
 * Reads `A1:F20`, `a1`, `$B$2:$C$9`. The corners may be given in any order.
 *
 * @returns null if the text is not a range or lies beyond XFD1048576.
 */
export function parseRange(text: string): Range | null {
  const match = A1.exec(text.trim());
  if (!match) return null;
  const [, left, top, right = left, bottom = top] = match;
  const columns = [columnNumber(left!), columnNumber(right!)];
  const rows = [Number(top), Number(bottom)];
  const range = {
    top: Math.min(...rows),
    left: Math.min(...columns),
    bottom: Math.max(...rows),
    right: Math.max(...columns),
  };
  return range.bottom <= MAX_ROW && range.right <= MAX_COLUMN ? range : null;
}

/** `A1:F20`. A single cell is written with both corners too (`B2:B2`), so that every range has one form. */
export function formatRange({ top, left, bottom, right }: Range): string {
  return `${columnName(left)}${top}:${columnName(right)}${bottom}`;
}

/** 1 → A, 27 → AA, 16384 → XFD. */
export function columnName(column: number): string {
  let name = "";
  for (let rest = column; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    name = String.fromCharCode(65 + ((rest - 1) % 26)) + name;
  }
  return name;
}

/** A → 1, aa → 27, XFD → 16384. */
export function columnNumber(name: string): number {
  let column = 0;
  for (const letter of name.toUpperCase()) column = column * 26 + letter.charCodeAt(0) - 64;
  return column;
}

/** The part of `range` inside the first `height` rows and `width` columns, or null if there is none. */
export function clipRange(range: Range, height: number, width: number): Range | null {
  if (range.top > height || range.left > width) return null;
  return { ...range, bottom: Math.min(range.bottom, height), right: Math.min(range.right, width) };
}

/** True if the ranges share a cell. */
export function overlaps(a: Range, b: Range): boolean {
  return a.top <= b.bottom && b.top <= a.bottom && a.left <= b.right && b.left <= a.right;
}

/** True if the cell at `row` and `column`, counted from 1, lies in the range. */
export function containsCell({ top, left, bottom, right }: Range, row: number, column: number): boolean {
  return row >= top && row <= bottom && column >= left && column <= right;
}

/** The smallest range that contains both. */
export function unionRange(a: Range, b: Range): Range {
  return {
    top: Math.min(a.top, b.top),
    left: Math.min(a.left, b.left),
    bottom: Math.max(a.bottom, b.bottom),
    right: Math.max(a.right, b.right),
  };
}

/** How many cells a range has. */
export function rangeArea({ top, left, bottom, right }: Range): number {
  return (bottom - top + 1) * (right - left + 1);
}

/** How many cells two ranges share. */
export function sharedArea(a: Range, b: Range): number {
  const rows = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) + 1;
  const columns = Math.min(a.right, b.right) - Math.max(a.left, b.left) + 1;
  return rows > 0 && columns > 0 ? rows * columns : 0;
}

/** Intersection over union of two ranges in cells, 0 … 1. */
export function rangeIou(a: Range, b: Range): number {
  const shared = sharedArea(a, b);
  return shared / (rangeArea(a) + rangeArea(b) - shared);
}
