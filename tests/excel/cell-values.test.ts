/** The small functions behind a cell's text: numerals, dates, number formats, shared formulas. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { UNKNOWN_NUMERAL } from "../../core/excel/cell-table.ts";
import { isoDateText, serialDateText } from "../../core/excel/date.ts";
import { formatCode, isDateFormat, isFormatted } from "../../core/excel/number-format.ts";
import { NumeralReader } from "../../core/excel/numeral.ts";
import { resolveTarget } from "../../core/excel/relationships.ts";
import { shiftFormula } from "../../core/excel/shared-formula.ts";

test("NumeralReader reads decimals as Number() does, and knows the length of their shortest form", () => {
  const reader = new NumeralReader();
  const check = (text: string): void => {
    const bytes = Buffer.from(`${text}<`);
    const end = reader.read(bytes, 0, bytes.length);
    if (end === -1) return;
    expect([text, end, reader.value]).toEqual([text, text.length, Number(text)]);
    if (reader.numeral === UNKNOWN_NUMERAL) return;
    const shortest = String(Number(text));
    expect([text, reader.numeral & 31]).toEqual([text, shortest.length]);
    expect([text, reader.numeral >> 5]).toEqual([text, shortest.replace(/[0-9]/g, "").length]);
  };
  for (const text of [
    "0",
    "-0",
    "007",
    "1.50",
    "0.000001",
    "0.0000001",
    "-12.5",
    "123456789012345",
    "0.1",
    "5.",
  ])
    check(text);
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => check(String(value))),
    { seed: 1 },
  );
  fc.assert(
    fc.property(fc.integer(), fc.nat(12), (value, digits) => check((value / 1000).toFixed(digits))),
    { seed: 1 },
  );
});

test("serialDateText() agrees with the calendar on every day", () => {
  for (let serial = 61; serial < 2_958_466; serial += 997) {
    const expected = new Date(Date.UTC(1899, 11, 30 + serial)).toISOString().slice(0, 10);
    expect(serialDateText(serial, false)).toBe(expected);
    expect(serialDateText(serial - 1462 >= 1 ? serial - 1462 : serial, serial - 1462 >= 1)).toBe(expected);
  }
  // the nearest second is the next day's first
  expect(serialDateText(45_351.999999, false)).toBe("2024-03-01");
  expect(serialDateText(2_958_466, false)).toBeNull();
  expect(serialDateText(-1, false)).toBeNull();
  expect(serialDateText(1.5, false)).toBe("1900-01-01T12:00:00");
});

test("isoDateText() brings ISO dates into the features' form", () => {
  expect(isoDateText("2024-02-29")).toBe("2024-02-29");
  expect(isoDateText("2024-02-29T00:00:00.000Z")).toBe("2024-02-29");
  expect(isoDateText("2024-02-29T06:30")).toBe("2024-02-29T06:30:00");
  expect(isoDateText("06:30:15.5")).toBe("06:30:15");
  expect(isoDateText("yesterday")).toBeNull();
});

test("isDateFormat() tells dates from numbers that have letters in their format", () => {
  for (const code of ["yyyy-mm-dd", "h:mm AM/PM", "[h]:mm", "[$-409]mmmm\\ d;@", "mm:ss.0", '"am" d']) {
    expect([code, isDateFormat(code)]).toEqual([code, true]);
  }
  for (const code of [
    "General",
    "",
    "0.00",
    '#,##0 "days"',
    "[Red]0",
    "\\d0",
    "_d0",
    "0;[h]",
    '"$"#,##0_);[Red]',
    "@",
    "[DBNum1]General",
  ]) {
    expect([code, isDateFormat(code)]).toEqual([code, false]);
  }
});

test("formatCode() prefers the workbook's own formats to the built-in ones", () => {
  expect(formatCode(14, new Map())).toBe("mm-dd-yy");
  expect(formatCode(14, new Map([[14, "dd.mm.yyyy"]]))).toBe("dd.mm.yyyy");
  expect(formatCode(999, new Map())).toBe("General");
  expect(isDateFormat(formatCode(30, new Map()))).toBe(true);
  expect([isFormatted("GENERAL"), isFormatted("0")]).toEqual([false, true]);
});

test("shiftFormula() moves references, and only those", () => {
  const shifted = (expression: string) => shiftFormula(expression, 2, 1);
  expect(shifted("A1+$B$2+C$3+$D4")).toBe("B3+$B$2+D$3+$D6");
  expect(shifted("SUM(A:B,3:4,$A:$A)")).toBe("SUM(B:C,5:6,$A:$A)");
  expect(shifted('LOG10(A1)&"A1"&Sheet1!A1')).toBe('LOG10(B3)&"A1"&Sheet1!B3');
  expect(shifted("'A1 B2'!A1+Table1[A1]+TAXES2024+ZZZ1+A1_x+#REF!")).toBe(
    "'A1 B2'!B3+Table1[A1]+TAXES2024+ZZZ1+A1_x+#REF!",
  );
  expect(shifted("Table1[[#This Row],[B2]]*1e5+2.5")).toBe("Table1[[#This Row],[B2]]*1e5+2.5");
  expect(shifted("AB1!C1")).toBe("AB1!D3");
  expect(shifted("XFD1+A1048576")).toBe("#REF!+#REF!");
  expect(shiftFormula("B2", -2, 0)).toBe("#REF!");
});

test("resolveTarget() resolves targets as the package conventions say", () => {
  expect(resolveTarget("xl/worksheets/sheet1.xml", "../tables/table1.xml")).toBe("xl/tables/table1.xml");
  expect(resolveTarget("xl/workbook.xml", "/xl/styles.xml")).toBe("xl/styles.xml");
  expect(resolveTarget("", "./xl\\workbook.xml")).toBe("xl/workbook.xml");
  expect(resolveTarget("xl/workbook.xml", "../../../x.xml")).toBe("x.xml");
});
