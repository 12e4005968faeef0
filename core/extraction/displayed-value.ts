/** The text that Excel shows for a cell, in the English version. */

import { cellStyle } from "../excel/cell.ts";
import { CellKind } from "../excel/cell-table.ts";
import { isFormatted } from "../excel/number-format.ts";
import type { Sheet } from "../excel/workbook.ts";
import { type FormatSection, parseFormat } from "./format-code.ts";
import { formatDate } from "./format-date.ts";
import { formatDigits } from "./format-digits.ts";
import { storedValue, type TableValue, valueText } from "./table-value.ts";

/**
 * The value as its number format shows it. Widths do not count: nothing is `####`, and `*` fills nothing.
 *
 * @param cell An index of `sheet.cells`, below 0 for none.
 * @returns Null for a cell that shows nothing.
 */
export function displayedValue(sheet: Sheet, cell: number): TableValue {
  const value = storedValue(sheet, cell);
  if (value === null) return null;
  const { numberFormat } = cellStyle(sheet, cell);
  if (sheet.cells.kind(cell) === CellKind.Number) {
    // Blanks at the ends are there to align numbers below each other.
    return orNull(formatNumber(sheet.cells.values[cell]!, numberFormat, sheet.date1904).trim());
  }
  return orNull(typeof value === "string" ? formatText(value, numberFormat) : valueText(value));
}

function orNull(text: string): string | null {
  return text === "" ? null : text;
}

/** What Excel shows instead of two built-in codes of dates, which the standard writes in another way. */
const SHOWN_INSTEAD: Readonly<Record<string, string>> = {
  "mm-dd-yy": "m/d/yyyy",
  "m/d/yy h:mm": "m/d/yyyy h:mm",
};

/** A number as a format code shows it. */
export function formatNumber(value: number, code: string, date1904 = false): string {
  if (!isFormatted(code)) return generalText(value);
  const sections = parseFormat(SHOWN_INSTEAD[code] ?? code);
  const { section, hidesSign } = sectionFor(value, sections);
  if (section === null) return generalText(value);
  if (section.isDate) return formatDate(value, section, date1904) ?? generalText(value);
  const size = Math.abs(value);
  const hasDigits = section.tokens.some(({ kind }) => kind === "digit");
  const text = hasDigits ? formatDigits(size, section) : withoutDigits(size, section);
  const isNegative = value < 0 && !hidesSign && (hasDigits || section.tokens.some(isGeneral));
  return isNegative && /[1-9]/.test(text) ? `-${text}` : text;
}

const isGeneral = ({ kind }: { readonly kind: string }) => kind === "general" || kind === "text";

function withoutDigits(value: number, { tokens }: FormatSection): string {
  return tokens
    .map((token) => {
      if (token.kind === "literal") return token.text;
      if (token.kind === "percent") return "%";
      return isGeneral(token) ? generalText(value) : "";
    })
    .join("");
}

/**
 * The section that counts for a number. `hidesSign`: it is for negative numbers and has a sign of its own.
 */
function sectionFor(
  value: number,
  sections: readonly FormatSection[],
): { section: FormatSection | null; hidesSign: boolean } {
  // A section that has nothing but the text of the cell is for texts.
  const numeric = sections.length > 3 ? sections.slice(0, 3) : sections;
  if (numeric.some(({ condition }) => condition !== null)) {
    const found = numeric.find(({ condition }) => condition !== null && holds(value, condition));
    const isBelow = found?.condition?.operator.startsWith("<") === true && found.condition.value <= 0;
    const other = numeric.findLast(({ condition }) => condition === null);
    return { section: found ?? other ?? numeric.at(-1)!, hidesSign: isBelow };
  }
  const [first, second, third] = numeric;
  if (value < 0 && second) return { section: second, hidesSign: true };
  if (value === 0 && third) return { section: third, hidesSign: false };
  return { section: first ?? null, hidesSign: false };
}

function holds(value: number, { operator, value: limit }: { operator: string; value: number }): boolean {
  switch (operator) {
    case "<":
      return value < limit;
    case "<=":
      return value <= limit;
    case ">":
      return value > limit;
    case ">=":
      return value >= limit;
    case "<>":
      return value !== limit;
    default:
      return value === limit;
  }
}

/** A text as a format code shows it: by its fourth section, or by the only one that has `@`. */
function formatText(text: string, code: string): string {
  if (!code.includes("@") && !/;.*;.*;/.test(code)) return text;
  const sections = parseFormat(code);
  const section =
    sections[3] ?? sections.findLast(({ tokens }) => tokens.some(({ kind }) => kind === "text"));
  if (section === undefined) return text;
  return section.tokens
    .map((token) => (token.kind === "literal" ? token.text : token.kind === "text" ? text : ""))
    .join("");
}

/** `General` shows at most 11 characters, with an exponent where they do not suffice. */
const GENERAL_CHARACTERS = 11;

function generalText(value: number): string {
  const size = Math.abs(value);
  const sign = value < 0 ? "-" : "";
  if (size === 0) return "0";
  if (size >= 1e11 || size < 1e-9) return sign + exponentText(size);
  const whole = Math.floor(size);
  const decimals = Math.max(0, GENERAL_CHARACTERS - 1 - String(whole).length);
  const text = Number(size.toFixed(decimals)).toFixed(decimals);
  const short = text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  // Below 0.0001 digits would be lost.
  if (size < 1e-4 && Number(short) !== size) return sign + exponentText(size);
  return sign + short;
}

function exponentText(size: number): string {
  const [mantissa, exponent] = size.toExponential(5).split("e") as [string, string];
  const digits = mantissa.replace(/\.?0+$/, "");
  return `${digits}E${exponent[0]}${exponent.slice(1).padStart(2, "0")}`;
}
