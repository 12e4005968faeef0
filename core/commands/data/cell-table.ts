/**
 * Cells of a sheet as lines of text, under the letters of their columns and behind the numbers of their
 * rows.
 */

import { columnName, type Range } from "../../base/range.ts";

/** Space between two columns. */
const GAP = "  ";

export interface CellTableLayout {
  /** The cells to print, rows and columns from 1. */
  readonly range: Range;
  /** A longer text is cut to this many columns of the terminal. */
  readonly longest: number;
}

/** How wide each column of the range has to be, columns of the terminal. */
export function columnWidths(
  { range, longest }: CellTableLayout,
  textOf: (row: number, column: number) => string,
): number[] {
  const widths: number[] = [];
  for (let column = range.left; column <= range.right; column++) {
    let width = columnName(column).length;
    for (let row = range.top; row <= range.bottom; row++) {
      width = Math.max(width, Bun.stringWidth(clippedText(textOf(row, column), longest)));
    }
    widths.push(width);
  }
  return widths;
}

/** How many columns, from the first, fit beside the row numbers; at least one. */
export function fittingColumns(widths: readonly number[], { bottom }: Range, lineWidth: number): number {
  let used = String(bottom).length;
  const overflow = widths.findIndex((width) => {
    used += GAP.length + width;
    return used > lineWidth;
  });
  return overflow < 0 ? widths.length : Math.max(1, overflow);
}

/** The lines: column letters, then one line per row. */
export function cellTable(
  layout: CellTableLayout,
  textOf: (row: number, column: number) => string,
): string[] {
  const { range, longest } = layout;
  const widths = columnWidths(layout, textOf);
  const numbers = String(range.bottom).length;
  const line = (head: string, cellOf: (column: number) => string) =>
    [head.padStart(numbers), ...widths.map((width, index) => padded(cellOf(range.left + index), width))]
      .join(GAP)
      .trimEnd();
  const lines = [line("", columnName)];
  for (let row = range.top; row <= range.bottom; row++) {
    lines.push(line(String(row), (column) => clippedText(textOf(row, column), longest)));
  }
  return lines;
}

/** One line of a text, at most `longest` columns wide, without characters that a terminal would obey. */
export function clippedText(text: string, longest: number): string {
  const plain = text.replaceAll(/\s+/g, " ").replaceAll(/\p{Cc}|\p{Cf}/gu, "\u{fffd}");
  if (Bun.stringWidth(plain) <= longest) return plain;
  let kept = "";
  for (const character of plain) {
    if (Bun.stringWidth(kept + character) > longest - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - Bun.stringWidth(text)));
}
