/** The value of a cell in an extracted table: typed, with dates in ISO 8601. */

import { type CellValue, cellStyle, cellValue } from "../excel/cell.ts";
import { isoDateText, serialDateForm, serialDateText } from "../excel/date.ts";
import type { Sheet } from "../excel/workbook.ts";

/** A point in time or a span of it, as text and as a number. */
interface TimeValue {
  /**
   * `date` is `YYYY-MM-DD`, `date-time` is `YYYY-MM-DDTHH:MM:SS`, `time` is `HH:MM:SS`; `duration`, which
   * cells with formats like `[h]:mm` hold, is `H:MM:SS` with any number of hours. Milliseconds follow where
   * there are any: `.250`.
   */
  readonly kind: "date" | "date-time" | "time" | "duration";
  readonly text: string;
  /** Milliseconds: since 1970-01-01 for dates, since midnight for times, in all for durations. */
  readonly milliseconds: number;
}

/** An error code of Excel: `#N/A`. */
interface ErrorValue {
  readonly kind: "error";
  readonly text: string;
}

/** Null for a cell without a value. A formula has its cached result, and none where nothing is cached. */
export type TableValue = null | number | string | boolean | TimeValue | ErrorValue;

/** Reads a value; `cell` is an index of `sheet.cells`, below 0 for none. */
export type ReadValue = (sheet: Sheet, cell: number) => TableValue;

const DAY_MS = 86_400_000;
const WRONG_LEAP_DAY = 60;

/** The stored value of a cell, whatever its number format shows of it. */
export function storedValue(sheet: Sheet, cell: number): TableValue {
  if (cell < 0) return null;
  const value = cellValue(sheet, cell);
  if (value.type !== "number") return plainValue(value);
  const style = cellStyle(sheet, cell);
  return (style.isDate ? timeOf(value.value, style.numberFormat, sheet.date1904) : null) ?? value.value;
}

function plainValue(value: Exclude<CellValue, { type: "number" }>): TableValue {
  switch (value.type) {
    case "blank":
      return null;
    case "text":
      return value.value === "" ? null : value.value;
    case "boolean":
      return value.value;
    case "error":
      return { kind: "error", text: value.value };
    case "date":
      return isoTime(value.value) ?? value.value;
  }
}

/** The text of a value: that of a CSV field. Numbers have their shortest form, booleans are upper case. */
export function valueText(value: TableValue): string {
  if (value === null) return "";
  if (typeof value === "object") return value.text;
  if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
  return String(value);
}

/** Formats of elapsed time, whose hours, minutes or seconds go on beyond a day. */
const ELAPSED = /\[(h+|m+|s+)\]/i;

/** Null for a number that no date or time stands for. */
function timeOf(serial: number, format: string, date1904: boolean): TimeValue | null {
  if (ELAPSED.test(format.replace(/"[^"]*"?|\\./g, ""))) return durationOf(serial);
  const milliseconds = Math.round(serial * DAY_MS);
  const rest = ((milliseconds % 1000) + 1000) % 1000;
  const whole = (milliseconds - rest) / DAY_MS;
  // 29 February 1900 did not exist. Excel has it all the same, and nothing else can hold it.
  if (!date1904 && Math.floor(whole) === WRONG_LEAP_DAY) return null;
  const form = serialDateForm(whole, date1904);
  const text = serialDateText(whole, date1904);
  if (form === null || text === null) return null;
  if (form === "time") return { kind: "time", text: text + fraction(rest), milliseconds };
  const isDate = form === "date" && rest === 0;
  const full = form === "date" && rest > 0 ? `${text}T00:00:00` : text;
  const since1970 = Date.parse(`${full}${full.includes("T") ? "Z" : ""}`) + rest;
  return { kind: isDate ? "date" : "date-time", text: full + fraction(rest), milliseconds: since1970 };
}

/** @returns Null for numbers whose text would no longer be exact. */
function durationOf(days: number): TimeValue | null {
  const milliseconds = Math.round(days * DAY_MS);
  if (!Number.isSafeInteger(milliseconds)) return null;
  const size = Math.abs(milliseconds);
  const rest = size % 1000;
  const seconds = (size - rest) / 1000;
  const two = (value: number) => String(value).padStart(2, "0");
  const clock = `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return {
    kind: "duration",
    text: (milliseconds < 0 ? "-" : "") + clock + fraction(rest),
    milliseconds,
  };
}

function fraction(milliseconds: number): string {
  return milliseconds === 0 ? "" : `.${String(milliseconds).padStart(3, "0")}`;
}

/** A date that a strict workbook holds as text. */
function isoTime(stored: string): TimeValue | null {
  const text = isoDateText(stored);
  if (text === null) return null;
  if (!text.includes("-")) {
    return { kind: "time", text, milliseconds: Date.parse(`1970-01-01T${text}Z`) };
  }
  const isDate = !text.includes("T");
  const milliseconds = Date.parse(isDate ? text : `${text}Z`);
  return Number.isNaN(milliseconds) ? null : { kind: isDate ? "date" : "date-time", text, milliseconds };
}
