/** Reads the hints of a sheet that was read from a workbook. */

import { cellText } from "../../excel/cell.ts";
import { CellKind } from "../../excel/cell-table.ts";
import { serialDateForm } from "../../excel/date.ts";
import type { Sheet } from "../../excel/workbook.ts";
import type { CellMarks } from "../cell-marks.ts";
import type { CellRows } from "../cell-rows.ts";
import { formatHints } from "./format-hints.ts";
import { type RowHints, SheetHints } from "./sheet-hints.ts";

/**
 * @param cellRows The cells of the sheet by row.
 * @param marks What covers the cells; null where nothing does. Values that are covered do not count.
 */
export function readHints(
  sheet: Sheet,
  cellRows: CellRows,
  marks: CellMarks | null,
  { height, width }: { readonly height: number; readonly width: number },
): RowHints {
  const rows = cellRows.filled(height);
  const hints = new SheetHints(rows, width);
  const formats = new Uint32Array(sheet.styles.length);
  for (const [style, look] of sheet.styles.entries()) formats[style] = formatHints(look);
  /** By shared string: 1 + its number as a text, or 0. */
  const shared = new Uint32Array(sheet.strings.length);
  const { cells } = sheet;
  for (const [place, row] of rows.entries()) {
    const line = cellRows.line(row);
    for (let column = 0; column < width; column++) {
      const cell = line[column]! - 1;
      if (cell < 0 || marks?.isCovered(row * width + column)) continue;
      setCell(place * width + column, cell);
    }
  }
  return hints.finish();

  function setCell(at: number, cell: number): void {
    const style = cells.styles[cell]! < formats.length ? cells.styles[cell]! : 0;
    const format = formats[style]!;
    const value = cells.values[cell]!;
    switch (cells.kind(cell)) {
      case CellKind.Number: {
        const isDate = sheet.styles[style]!.isDate && serialDateForm(value, sheet.date1904) !== null;
        hints.setNumber(at, value, isDate, format);
        break;
      }
      case CellKind.SharedText: {
        if (sheet.strings.isEmpty(value)) break;
        if (shared[value] === 0) shared[value] = 1 + hints.textNumber(sheet.strings.get(value));
        hints.setText(at, shared[value]! - 1, format);
        break;
      }
      case CellKind.Boolean:
      case CellKind.Error:
        hints.setOther(at, format);
        break;
      default: {
        const text = cellText(sheet, cell);
        if (text !== "") hints.setText(at, hints.textNumber(text), format);
      }
    }
  }
}
