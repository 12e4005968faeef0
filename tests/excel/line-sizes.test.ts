/** Tests how wide columns and how high rows are: usual, own and hidden ones, and those of odd files. */

import { expect, test } from "bun:test";
import { columnWidths, type LineSizes, rowHeights } from "../../core/excel/line-sizes.ts";
import { readSheet } from "./read-sheet.ts";

async function sizes(sheet: string) {
  const found = await readSheet(`<worksheet>${sheet}</worksheet>`);
  return { columns: columnWidths(found), rows: rowHeights(found) };
}

const told = ({ usual, spans }: LineSizes) => [
  usual,
  ...spans.map(({ first, last, size }) => `${first}-${last}: ${size}`),
];

test("widths are Excel's whole pixels, and heights points; hidden lines divide the spans around them", async () => {
  const { columns, rows } = await sizes(
    '<sheetFormatPr defaultColWidth="10.7109375" defaultRowHeight="12"/>' +
      '<cols><col min="2" max="6" width="20.7109375"/><col min="4" max="4" hidden="1"/>' +
      '<col min="9" max="9" width="9" hidden="1"/></cols>' +
      '<sheetData><row r="2" ht="30"/><row r="3" ht="30" hidden="1"/><row r="4" ht="30"/></sheetData>',
  );
  expect(told(columns)).toEqual([75, "2-3: 145", "4-4: 0", "5-6: 145", "9-9: 0"]);
  expect(told(rows)).toEqual([12, "2-2: 30", "3-3: 0", "4-4: 30"]);
});

test("a sheet that says nothing has 64 pixels and 15 points; one may hide all rows without a height", async () => {
  const plain = await sizes("<sheetData/>");
  expect([plain.columns, plain.rows]).toEqual([
    { usual: 64, spans: [] },
    { usual: 15, spans: [] },
  ]);
  const { rows } = await sizes(
    '<sheetFormatPr defaultRowHeight="15" zeroHeight="1"/><sheetData><row r="1" ht="18"/></sheetData>',
  );
  expect(told(rows)).toEqual([0, "1-1: 18"]);
});

test("of two widths for one column the first counts, and columns may stand in any order", async () => {
  const { columns } = await sizes(
    '<cols><col min="5" max="8" width="1"/><col min="1" max="6" width="2"/></cols><sheetData/>',
  );
  expect(told(columns)).toEqual([64, "1-6: 14", "7-8: 7"]);
});

test("widths follow the formula of the standard for digits of seven pixels", async () => {
  // Excel's own default of 8.43 characters is stored with its padding: 9.140625. At 10.9297 half a pixel more
  // would be one too many.
  const widths = [9.140625, 8.43, 0, 1, 255, 10.9297];
  const columns = widths.map((width, at) => `<col min="${at + 1}" max="${at + 1}" width="${width}"/>`);
  const found = (await sizes(`<cols>${columns.join("")}</cols><sheetData/>`)).columns;
  expect(found.spans.map(({ size }) => size)).toEqual([64, 59, 0, 7, 1785, 77]);
});
