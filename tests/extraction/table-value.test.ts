/** Tests the typed values of cells, and how they are written as text. */

import { expect, test } from "bun:test";
import { readWorkbook } from "../../core/excel/read-workbook.ts";
import { storedValue, type TableValue, valueText } from "../../core/extraction/table-value.ts";
import { formatted, tableSheet } from "./table-sheet.ts";

async function valuesOf(row: Parameters<typeof tableSheet>[0][number]): Promise<TableValue[]> {
  const sheet = await tableSheet([row]);
  return Array.from({ length: sheet.cells.length }, (_, cell) => storedValue(sheet, cell));
}

test("storedValue() keeps the type of a value, whatever its number format shows", async () => {
  const row = [1.5, "text", true, formatted(0.25, "0%"), { error: "#DIV/0!" }] as const;
  expect(await valuesOf(row)).toEqual([1.5, "text", true, 0.25, { kind: "error", text: "#DIV/0!" }]);
});

test("storedValue() has the cached result of a formula, and nothing where nothing is cached", async () => {
  const row = [
    { formula: "1+1", cached: 2 },
    { formula: "A1", cached: null },
  ] as const;
  expect(await valuesOf(row)).toEqual([2, null]);
});

test("storedValue() has dates, times and durations in ISO form, with milliseconds where there are any", async () => {
  const row = [
    formatted(43831, "yyyy-mm-dd"),
    formatted(43831.75, "m/d/yy h:mm"),
    formatted(43831.5 + 0.25 / 86_400, "yyyy-mm-dd"),
    formatted(43831 + 0.25 / 86_400, "yyyy-mm-dd"),
    formatted(0.5, "h:mm"),
    formatted(1.5, "[h]:mm"),
    formatted(-1.5, "[h]:mm"),
    formatted(1.5, '"[h]" yyyy-mm-dd'),
  ];
  const values = await valuesOf(row);
  expect(values.map(valueText)).toEqual([
    "2020-01-01",
    "2020-01-01T18:00:00",
    "2020-01-01T12:00:00.250",
    "2020-01-01T00:00:00.250",
    "12:00:00",
    "36:00:00",
    "-36:00:00",
    "1900-01-01T12:00:00",
  ]);
  const kinds = values.map((value) => (value as { kind: string }).kind);
  expect(kinds.slice(0, 7)).toEqual([
    "date",
    "date-time",
    "date-time",
    "date-time",
    "time",
    "duration",
    "duration",
  ]);
  const milliseconds = values.map((value) => (value as { milliseconds: number }).milliseconds);
  expect(milliseconds.slice(0, 6)).toEqual([
    Date.UTC(2020, 0, 1),
    Date.UTC(2020, 0, 1, 18),
    Date.UTC(2020, 0, 1, 12, 0, 0, 250),
    Date.UTC(2020, 0, 1, 0, 0, 0, 250),
    43_200_000,
    129_600_000,
  ]);
});

test("storedValue() leaves a number that no date stands for a number", async () => {
  expect(await valuesOf([formatted(-1, "yyyy-mm-dd"), formatted(1e9, "yyyy-mm-dd")])).toEqual([-1, 1e9]);
  // 29 February 1900 exists in Excel alone.
  expect(await valuesOf([formatted(60, "yyyy-mm-dd")])).toEqual([60]);
});

test("storedValue() knows texts of a .csv as what they are", async () => {
  const bytes = Buffer.from("a,1.5,\n,007x,TRUE\n");
  const [sheet] = (await readWorkbook({ name: "made.csv", bytes })).sheets;
  const values = Array.from({ length: sheet!.cells.length }, (_, cell) => storedValue(sheet!, cell));
  expect(values).toContain(1.5);
  expect(values).toContain("007x");
});

test("valueText() is the text of a CSV field", () => {
  expect([null, 1e21, -0.5, true, false, "x"].map(valueText)).toEqual([
    "",
    "1e+21",
    "-0.5",
    "TRUE",
    "FALSE",
    "x",
  ]);
});
