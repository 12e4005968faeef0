/** Tests what is made of Excel's own tables and pivot tables. */

import { expect, test } from "bun:test";
import { formatRange } from "../../core/base/range.ts";
import { excelObjects } from "../../core/detection/excel-objects.ts";
import { mergeObjects } from "../../core/detection/merge-objects.ts";
import { picture, ranges } from "../support/picture.ts";

const look = (grid: ReturnType<typeof picture>, tables: string, pivots = "") => {
  const found = excelObjects({ grid, tables: ranges(tables), pivots: ranges(pivots) });
  return [
    found.tables.map(formatRange),
    found.refused.map(({ range, reason }) => `${formatRange(range)}: ${reason}`),
  ];
};

test("excelObjects() gives table objects and pivot tables in reading order, each once, inside the grid", () => {
  const grid = picture("xx.xx", "99.99", "99.99", "99.99");
  expect(look(grid, "D1:E9 A1:B4", "A1:B4")).toEqual([["A1:B4", "D1:E4"], []]);
});

test("excelObjects() accepts rows that are prepared: two, or fewer than half, are empty at the end", () => {
  expect(look(picture("xxx", "...", "..."), "A1:C3")).toEqual([["A1:C3"], []]);
  expect(look(picture("xx", "99", "99", "99", "..", "..", ".."), "A1:B7")).toEqual([["A1:B7"], []]);
});

test("excelObjects() refuses an object far past its data, one without data, and a single cell", () => {
  const grid = picture("xx", "99", "99", "..", "..", "..");
  expect(look(grid, "A1:B6")).toEqual([[], ["A1:B6: it reaches far past its data, which ends in row 3"]]);
  expect(look(grid, "A4:B6 A1:A1")).toEqual([[], ["A4:B6: it holds no data", "A1:A1: it is a single cell"]]);
});

test("excelObjects() refuses an object over prose, but not one whose records hold long texts", () => {
  expect(look(picture("x..", "L..", "L..", "L.."), "A1:C4")).toEqual([
    [],
    ["A1:C4: it is stretched over prose"],
  ]);
  expect(look(picture("x", "L", "L", "L"), "A1:A4")[0]).toEqual([]);
  expect(look(picture("xxx", "9L9", "9L9", "9L9"), "A1:C4")[0]).toEqual(["A1:C4"]);
  expect(look(picture("xx", "LL", "LL"), "A1:B3")[0]).toEqual(["A1:B3"]);
});

test("excelObjects() accepts a sparse pivot table and refuses one that is still empty", () => {
  const grid = picture("x.....", "......", "......", "......", "......", "......");
  expect(look(grid, "", "A1:C6 D1:F6")).toEqual([["A1:C6"], ["D1:F6: it holds no data"]]);
});

test("mergeObjects() puts an object in the place of the model's tables that it overlaps and adds the others", () => {
  const model = (text: string) => ranges(text).map((range, index) => ({ range, score: 0.9 - index / 10 }));
  const merged = (objects: string, found: string) =>
    mergeObjects(ranges(objects), model(found)).map(({ range, score }) => [formatRange(range), score]);
  // IoU 40 / 50; inside; around; IoU below 0.5 at a corner; elsewhere.
  expect(merged("A1:D10", "A1:D8 B2:C3 A1:F40 D10:H20 J1:K5")).toEqual([
    ["A1:D10", 1],
    ["D10:H20", 0.9 - 3 / 10],
    ["J1:K5", 0.9 - 4 / 10],
  ]);
  expect(merged("", "A1:B2")).toEqual([["A1:B2", 0.9]]);
});
