/** Reads the hints of a sheet that was read from a workbook. */

import { cellText } from "../../excel/cell.ts";
import { CellKind } from "../../excel/cell-table.ts";
import { serialDateForm } from "../../excel/date.ts";
import type { Sheet } from "../../excel/workbook.ts";
import { type CellMarks, Mark } from "../cell-marks.ts";
import { formatHints } from "./format-hints.ts";
import { SheetHints } from "./sheet-hints.ts";
import { spreadHints } from "./spread-hints.ts";

/**
 * @param located [height, width] row-major: 1 + the index of the cell at a position, or 0.
 * @param marks What covers the cells; null where nothing does. Values that are covered do not count.
 * @returns [height, width] row-major.
 */
export function readHints(
  sheet: Sheet,
  located: Int32Array,
  marks: CellMarks | null,
  { height, width }: { readonly height: number; readonly width: number },
): Uint32Array {
  const hints = new SheetHints(height, width);
  const formats = new Uint32Array(sheet.styles.length);
  for (const [style, look] of sheet.styles.entries()) formats[style] = formatHints(look);
  /** By shared string: 1 + its number as a text, or 0. */
  const shared = new Uint32Array(sheet.strings.length);
  const { cells } = sheet;
  for (let at = 0; at < located.length; at++) {
    const cell = located[at]! - 1;
    if (cell < 0 || (marks !== null && (marks.marks[at]! & Mark.Covered) !== 0)) continue;
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
  return spreadHints(hints.finish(), marks);
}
