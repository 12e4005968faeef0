/** Draws the content of cells as strokes that show its place, length and kind, and draws borders. */

import { LENGTH_SHIFT, Look, type SheetLook } from "../features/cell-look.ts";
import { type AxisWindow, shownCells } from "./axis-window.ts";

/** The share of a cell's width that a stroke fills, by the length of the content. */
const WIDTHS = [0.42, 0.68, 0.84, 0.92];
/** The free space at the side of a cell, as a share of its width. */
const MARGIN = 0.05;

/** The size of a cell, pixels. */
export interface CellSize {
  readonly width: number;
  readonly height: number;
}

/** The data of SVG paths. */
export interface SheetMarks {
  readonly text: string;
  readonly number: string;
  readonly bold: string;
  readonly borders: string;
}

/** The strokes for the cells that the windows show. */
export function sheetMarks(
  look: SheetLook,
  rows: AxisWindow,
  columns: AxisWindow,
  cell: CellSize,
): SheetMarks {
  const { cells, width } = look;
  const marks = { text: "", number: "", bold: "" };
  for (const { row, column, down, right } of shownCells(rows, columns)) {
    const bits = cells[row * width + column]!;
    if ((bits & Look.Shown) === 0) continue;
    const isNumber = (bits & Look.Number) !== 0;
    const share = WIDTHS[(bits & Look.Length) >> LENGTH_SHIFT]!;
    const x = (right + (isNumber ? 1 - MARGIN - share : MARGIN)) * cell.width;
    const y = (down + 0.5) * cell.height;
    const kind = (bits & Look.Bold) !== 0 ? "bold" : isNumber ? "number" : "text";
    marks[kind] += `M${short(x)} ${short(y)}h${short(share * cell.width)}`;
  }
  return { ...marks, borders: borders(look, rows, columns, cell) };
}

/** The borders. Borders in a row are one stroke. */
function borders(look: SheetLook, rows: AxisWindow, columns: AxisWindow, cell: CellSize): string {
  const { cells, width, height } = look;
  const has = (row: number, column: number, bit: number) =>
    row >= 0 && column >= 0 && row < height && column < width && (cells[row * width + column]! & bit) !== 0;
  let path = "";
  for (const down of rows.stretches) {
    for (const across of columns.stretches) {
      const x = (column: number) => short((across.at + column - across.first) * cell.width);
      const y = (row: number) => short((down.at + row - down.first) * cell.height);
      for (let row = down.first; row <= down.end; row++) {
        runs(
          across.first,
          across.end,
          (column) => has(row, column, Look.Top) || has(row - 1, column, Look.Bottom),
          (from, to) => {
            path += `M${x(from)} ${y(row)}H${x(to)}`;
          },
        );
      }
      for (let column = across.first; column <= across.end; column++) {
        runs(
          down.first,
          down.end,
          (row) => has(row, column, Look.Left) || has(row, column - 1, Look.Right),
          (from, to) => {
            path += `M${x(column)} ${y(from)}V${y(to)}`;
          },
        );
      }
    }
  }
  return path;
}

/** Calls back with each longest run [from, to) of positions in [first, end) that hold. */
function runs(
  first: number,
  end: number,
  holds: (at: number) => boolean,
  onRun: (from: number, to: number) => void,
): void {
  for (let from = first; from < end; from++) {
    if (!holds(from)) continue;
    let to = from + 1;
    while (to < end && holds(to)) to++;
    onRun(from, to);
    from = to;
  }
}

/** A number with at most one digit after the point. */
export function short(value: number): string {
  return String(Math.round(value * 10) / 10);
}
