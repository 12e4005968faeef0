/** The hints of a layout's values, as `readHints` finds them once the layout is a workbook. */

import { serialDateForm } from "../../excel/date.ts";
import type { CellStyle } from "../../excel/styles.ts";
import { excelSerial } from "../../excel/write/sheet-xml.ts";
import type { CellValue } from "../../excel/write/workbook-layout.ts";
import { formatHints } from "./format-hints.ts";
import type { SheetHints } from "./sheet-hints.ts";

/** @param value Neither null nor the empty text. */
export function setHints(hints: SheetHints, at: number, value: CellValue, style: CellStyle): void {
  const format = formatHints(style);
  if (typeof value === "number") setNumber(value, style.isDate);
  else if (typeof value === "string") setText(value);
  else if (typeof value === "boolean") hints.setOther(at, format);
  // A date without a date format gets one when it is written.
  else if (value instanceof Date) setNumber(excelSerial(value), style.isDate || !style.isFormatted);
  else if (value !== null && "error" in value) hints.setOther(at, format);
  else if (value !== null && value.cached === null) setText(value.formula);
  else if (value !== null && value.cached !== "") setHints(hints, at, value.cached, style);

  function setNumber(number: number, isDate: boolean): void {
    hints.setNumber(at, number, isDate && serialDateForm(number, false) !== null, format);
  }

  function setText(text: string): void {
    hints.setText(at, hints.textNumber(text), format);
  }
}
