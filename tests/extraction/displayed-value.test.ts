/** Tests values as Excel shows them, against what Excel shows. */

import { expect, test } from "bun:test";
import { displayedValue, formatNumber } from "../../core/extraction/displayed-value.ts";
import { formatted, tableSheet } from "./table-sheet.ts";

const CASES: readonly (readonly [value: number, code: string, text: string])[] = [
  [1234.5, "#,##0.00", "1,234.50"],
  [-1234.5, "#,##0.00_);(#,##0.00)", "(1,234.50)"],
  [0, '0;-0;"nil"', "nil"],
  [0.1234, "0.0%", "12.3%"],
  [1.005, "0.00", "1.01"],
  [2.5, "0", "3"],
  [-0.4, "0", "0"],
  [-0.5, "0%", "-50%"],
  [12_345_678, "0.00E+00", "1.23E+07"],
  [0.00012, "0.00E+00", "1.20E-04"],
  [12_345_678, "##0.0E+0", "12.3E+6"],
  [99_999, "##0.0E+0", "100.0E+3"],
  [9.9999, "0.0E+0", "1.0E+1"],
  [1.25, "# ?/?", "1 1/4"],
  [0.999, "# ?/?", "1    "],
  [0.75, "# ??/16", " 12/16"],
  [1_234_567, '0.0,,"M"', "1.2M"],
  [123_456_789, "000-00-0000", "123-45-6789"],
  [5_551_234_567, "(000) 000-0000", "(555) 123-4567"],
  [1234.5678, "#,##0.###", "1,234.568"],
  [1, '"a;b"0', "a;b1"],
  [-3, "0_);[Red]\\(0\\)", "(3)"],
  [150, '[>=100]"big";"small"', "big"],
  [50, '[>=100]"big";"small"', "small"],
  [1234, "[$€-407] #,##0", "€ 1,234"],
  [1e20, "0", "100000000000000000000"],
  [43831.5, "yyyy-mm-dd hh:mm", "2020-01-01 12:00"],
  [44000, "dddd, mmmm d, yyyy", "Thursday, June 18, 2020"],
  [44000, "[$-409]d-mmm-yy;@", "18-Jun-20"],
  [44000, "mm-dd-yy", "6/18/2020"],
  [43831.123456, "mm:ss.00", "57:46.60"],
  [43831.75, "h:mm AM/PM", "6:00 PM"],
  [1.5, "[h]:mm:ss", "36:00:00"],
  [60, "yyyy-mm-dd", "1900-02-29"],
  [1, "ddd", "Sun"],
  [0.0001, "General", "0.0001"],
  [1 / 3, "General", "0.333333333"],
  [123_456_789_012, "General", "1.23457E+11"],
  [1e-10, "General", "1E-10"],
  [12_345_678.9012, "General", "12345678.9"],
  [0, "General", "0"],
  [-5, "General", "-5"],
  [-0.25, 'General" m"', "-0.25 m"],
  [-5, "@", "-5"],
  [99_999_999_999, "General", "99999999999"],
  [1e11, "General", "1E+11"],
  [123.456789012, "General", "123.456789"],
  [0.00012345678, "General", "0.000123457"],
  [5, "0;-0;0;@", "5"],
  [-5, '0;"minus "0;0;@', "minus 5"],
  [0, '0;-0;"none";@', "none"],
  [9, '[<10]"low";[<=20]"middle";"high"', "low"],
  [10, '[<10]"low";[<=20]"middle";"high"', "middle"],
  [20, '[<10]"low";[<=20]"middle";"high"', "middle"],
  [21, '[<10]"low";[<=20]"middle";"high"', "high"],
  [10, '[>10]"more";"at most"', "at most"],
  [11, '[>10]"more";"at most"', "more"],
  [100, '[>=100]"big";"small"', "big"],
  [1, '[=1]"one";"others"', "one"],
  [2, '[=1]"one";"others"', "others"],
  [1, '[<>1]"others";"one"', "one"],
  [2, '[<>1]"others";"one"', "others"],
  [-5, '[<0]"below "0;0', "below 5"],
  [-5, '[<10]"low "0;0', "-low 5"],
  [5, "???", "  5"],
  [1_234_567, "#,##0", "1,234,567"],
  [5, "0,000", "0,005"],
  [1_234_567, "#,##0,", "1,235"],
  [1 / 3, "0.00000000000000000000", "0.33333333333333300000"],
  [0, "0.00E+00", "0.00E+00"],
  [0, "# ?/?", "0    "],
  [0.5, "?/?", "1/2"],
  [2.25, "?/?", "9/4"],
  [0, "h:mm AM/PM", "12:00 AM"],
  [0.5, "h:mm AM/PM", "12:00 PM"],
  [0.5, "h:mm A/P", "12:00 P"],
  [0.25, "h:mm a/p", "6:00 A"],
  [0.75, '"at" h:mm', "at 18:00"],
  [1.234 / 86_400, "s.000", "1.234"],
  [44000, "mmmmm", "J"],
  [44000, "mmmm", "June"],
  [44000, "mmm", "Jun"],
];

for (const [value, code, text] of CASES) {
  test(`formatNumber() shows ${value} by ${code} as "${text}"`, () => {
    expect(formatNumber(value, code)).toBe(text);
  });
}

test("displayedValue() shows a text by the fourth section, by one with @, or as it is", async () => {
  const codes = ["0;0;0", "0;0;0;", '@" kg"', '0;"- "@', "0", 'General;General;General;"t "@'];
  const row = codes.map((numberFormat) => ({ value: "x", style: { numberFormat } }));
  const sheet = await tableSheet([row]);
  expect(row.map((_, cell) => displayedValue(sheet, cell))).toEqual(["x", null, "x kg", "- x", "x", "t x"]);
});

test("displayedValue() shows texts by their section, trims numbers, and has null where nothing shows", async () => {
  const text = { value: "x", style: { numberFormat: '0;0;0;"<"@">"' } };
  const row = [formatted(5, "#,##0_)"), formatted(0, "0;;"), text, true, { error: "#N/A" }, "plain"] as const;
  const sheet = await tableSheet([row]);
  const shown = row.map((_, cell) => displayedValue(sheet, cell));
  expect(shown).toEqual(["5", null, "<x>", "TRUE", "#N/A", "plain"]);
  expect(displayedValue(sheet, -1)).toBeNull();
});
