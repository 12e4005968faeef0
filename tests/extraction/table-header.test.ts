/** Tests the rule for header rows and columns, and how often it is right on tables that others labelled. */

import { expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { openWorkbook } from "../../core/excel/read-workbook.ts";
import { guessHeader } from "../../core/extraction/table-header.ts";
import { skipped } from "../support/skipped.ts";
import { range, type StyledCell, tableSheet } from "./table-sheet.ts";

type Rows = Parameters<typeof tableSheet>[0];

async function headerOf(rows: Rows): Promise<[rows: number, columns: number]> {
  const width = Math.max(...rows.map((row) => row.length));
  const place = { top: 1, left: 1, bottom: rows.length, right: width };
  const header = guessHeader(await tableSheet(rows), place);
  return [header.rows, header.columns];
}

const bold = (value: string): StyledCell => ({ value, style: { font: { bold: true } } });

test("guessHeader() ends the header above the first row of numbers", async () => {
  expect(
    await headerOf([
      ["Region", "Sales", "Cost"],
      ["North", 1, 2.5],
      ["South", 3, 4.5],
    ]),
  ).toEqual([1, 1]);
});

test("guessHeader() counts years above other numbers, units and blank rows between them as header rows", async () => {
  expect(
    await headerOf([
      ["Kind", "Sales", null],
      [null, 2001, 2002],
      [null, null, null],
      [null, "(1,000)", "(1,000)"],
      ["Food", 10.5, 11],
      ["Cars", "(NA)", 12],
      ["Toys", 7, "-"],
    ]),
  ).toEqual([4, 1]);
});

test("guessHeader() leaves section titles and the first row of numbers in the body", async () => {
  expect(
    await headerOf([
      ["Kind", "A", "B"],
      ["Europe", null, null],
      ["France", 1.5, 2],
      ["Spain", 3, 4],
    ]),
  ).toEqual([1, 1]);
  expect(
    await headerOf([
      [1.5, 2],
      [3, 4],
    ]),
  ).toEqual([0, 0]);
});

test("guessHeader() takes digits in texts for numbers, and a number beside a text for the body", async () => {
  expect(
    await headerOf([
      ["No.", "Firm", "Price"],
      ["1", "Sun", "42"],
      ["2", "Moon", "60.5"],
    ]),
  ).toEqual([1, 0]);
  expect(
    await headerOf([
      ["name", "amount", "product"],
      ["a", 1, "hydrogen"],
      ["b", 1.5, 0],
      ["c", 2, 0],
    ]),
  ).toEqual([1, 1]);
});

test("guessHeader() takes codes beside labels, and a first column of years, for header columns", async () => {
  expect(
    await headerOf([
      ["State", "FIPS code", "Farms", "Acres", "Land"],
      ["Alaska", 2, 10.5, 11, 3],
      ["Arizona", 4, 12, 13.5, 4],
    ]),
  ).toEqual([1, 2]);
  expect(
    await headerOf([
      ["Year", "Births", "Deaths"],
      [1999, 10.5, 11],
      [2000, 12, 13.5],
    ]),
  ).toEqual([1, 1]);
});

test("guessHeader() knows the header of a table of texts by its style or by its names, and gives it no header column", async () => {
  const body = [
    ["Ann", "Paris"],
    ["Bob", "Rome"],
    ["Cid", "Oslo"],
  ];
  expect(await headerOf([["Name", "City"], ...body])).toEqual([1, 0]);
  expect(await headerOf([[bold("Staff"), bold("Staff")], [bold("Name"), bold("City")], ...body])).toEqual([
    2, 0,
  ]);
  // The first row is one like the others.
  expect(
    await headerOf([
      ["yes", "no"],
      ["no", "no"],
      ["yes", "yes"],
    ]),
  ).toEqual([0, 0]);
});

test("guessHeader() gives no header to a single row, an empty table, or texts without an end", async () => {
  expect(await headerOf([["a", "b"]])).toEqual([0, 0]);
  const sheet = await tableSheet([["a"]]);
  expect(guessHeader(sheet, range("D4:E9"))).toEqual({ rows: 0, columns: 0 });
  const long = Array.from({ length: 30 }, (_, row) => ["same", `text ${row}`, null]);
  expect((await headerOf([...long, ["sum", 1, 2]]))[0]).toBeLessThan(2);
});

const REAL = join(import.meta.dir, "../../../shared/data/real/files");
if (!existsSync(REAL)) skipped("the header rule on Excel tables", "no ../shared/data/real");

test.skipIf(!existsSync(REAL))(
  "guessHeader() has the header rows of nine in ten Excel tables of real workbooks",
  async () => {
    let [count, right] = [0, 0];
    for (const name of readdirSync(REAL).filter((each) => /\.xls[xm]$/.test(each))) {
      const workbook = await openWorkbook(join(REAL, name)).catch(() => null);
      for (let index = 0; index < (workbook?.entries.length ?? 0); index++) {
        const sheet = await workbook!.readSheet(index);
        for (const { range: place, headerRows } of sheet.tables) {
          if (place.top === place.bottom || place.bottom > sheet.valueHeight + 50) continue;
          count++;
          if (guessHeader(sheet, place).rows === headerRows) right++;
        }
      }
      workbook?.close();
    }
    expect(count).toBeGreaterThan(150);
    expect(right / count).toBeGreaterThan(0.9);
  },
  120_000,
);
