/** Tests which shapes on a sheet stand for tables, and what is said about the others. */

import { expect, test } from "bun:test";
import { DRAWN_COLOR, drawnTableName } from "../../../../core/base/drawn-table.ts";
import { formatRange, parseRange } from "../../../../core/base/range.ts";
import type { DrawnShape } from "../../../../core/dataset/import/drawn/drawn-shape.ts";
import { drawnTables } from "../../../../core/dataset/import/drawn/drawn-tables.ts";
import { sheetLines } from "../../../../core/dataset/import/drawn/sheet-lines.ts";
import { readSheet } from "../../../excel/read-sheet.ts";

const LINES = sheetLines(await readSheet("<worksheet><sheetData/></worksheet>"));
const SIZE = { height: 40, width: 12 };

function shape(range: string, more: Partial<DrawnShape> = {}): DrawnShape {
  const { top, left, bottom, right } = parseRange(range)!;
  return {
    kind: "shape",
    name: "Rectangle 1",
    text: "",
    form: "rect",
    lineColor: "",
    from: { column: left - 1, columnOffset: 0, row: top - 1, rowOffset: 0 },
    isAbsolute: false,
    to: { column: right, columnOffset: 0, row: bottom, rowOffset: 0 },
    width: 0,
    height: 0,
    place: [0, 0],
    ...more,
  };
}

const drawn = (range: string) => drawnTableName(parseRange(range)!, 0.93);

function found(shapes: readonly DrawnShape[], own: readonly DrawnShape[] | null = []) {
  const { tables, doubts } = drawnTables({ sheetName: "S", shapes, lines: LINES }, own, SIZE);
  return { tables: tables.map(({ range, fate }) => `${formatRange(range)} ${fate}`), doubts };
}

test("drawnTables() takes rectangles that were drawn, copied, named, labelled or are empty", () => {
  const { tables, doubts } = found([
    shape("B3:D9", { name: drawn("B3:D9") }),
    shape("F3:H9", { name: drawn("F4:H9") }),
    shape("A12:C15", { lineColor: DRAWN_COLOR, text: "x" }),
    shape("E12:G15", { name: "Table of sales", form: "roundRect", text: "sales" }),
    shape("A20:C25", { text: "Table, I think" }),
    shape("E20:G25"),
  ]);
  expect(tables).toEqual([
    "B3:D9 kept",
    "F3:H9 moved",
    "A12:C15 added",
    "E12:G15 added",
    "A20:C25 added",
    "E20:G25 added",
  ]);
  expect(doubts).toEqual([]);
});

test("drawnTables() passes over notes, other forms, pictures and the workbook's own shapes", () => {
  const own = [shape("A1:B2", { name: "Button 1" }), shape("A1:B2", { name: "Table background" })];
  const others = [
    shape("A1:C3", { text: "a note" }),
    shape("A1:C3", { form: "ellipse" }),
    shape("A1:C3", { kind: "other", form: "rect" }),
  ];
  expect(found([...own, ...others], own)).toEqual({ tables: [], doubts: [] });
  const unknown = found([...own, ...others], null);
  expect(unknown.tables).toEqual(["A1:B2 added"]);
  expect(unknown.doubts).toHaveLength(2);
  expect(unknown.doubts[0]).toStartWith('the shape "Button 1" at A1:B2 is taken for a table');
  expect(found([shape("A1:C3", { name: drawn("A1:C3") })], null).doubts).toEqual([]);
});

test("drawnTables() says what it left out, cut off, or found twice", () => {
  const { tables, doubts } = found([
    shape("A30:C50", { name: drawn("A30:C50") }),
    shape("N1:P9", { name: drawn("N1:P9") }),
    shape("A1:A1", { to: { column: 0, columnOffset: 900, row: 0, rowOffset: 900 }, name: "Tiny" }),
    shape("A1:C9", { kind: "group", name: "Group 3" }),
    shape("C35:E38"),
    shape("C35:E38", { name: drawn("C35:E38") }),
  ]);
  expect(tables).toEqual(["A30:C40 kept", "C35:E38 kept"]);
  expect(doubts).toEqual([
    "the rectangle A30:C50 reaches past the cells, taken as A30:C40",
    "the rectangle N1:P9 lies outside of the cells and is left out",
    'the rectangle "Tiny" is smaller than a cell and left out',
    'the group of shapes "Group 3" is not read: ungroup it',
    "the tables A30:C40 and C35:E38 overlap",
  ]);
});
