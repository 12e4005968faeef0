/** Cells are found by row and by place, whatever their order in the file. */

import { expect, test } from "bun:test";
import { CellKind, CellTable } from "../../core/excel/cell-table.ts";
import { CellRows } from "../../core/features/cell-rows.ts";

function tableOf(places: readonly (readonly [row: number, column: number])[]): CellTable {
  const cells = new CellTable();
  for (const [row, column] of places) cells.push(row, column, 0, CellKind.Number, false, 1, 0);
  return cells;
}

const IN_ORDER = [
  [1, 2],
  [1, 3],
  [3, 1],
  [3, 1],
  [3, 4],
] as const;
const MIXED = [
  [3, 4],
  [1, 3],
  [3, 1],
  [1, 2],
  [3, 1],
  [9, 1],
] as const;

test("a line has the last cell of each place, and nothing of the line before", () => {
  const rows = new CellRows(tableOf(IN_ORDER), 3, 4);
  expect([...rows.line(0)]).toEqual([0, 1, 2, 0]);
  expect([...rows.line(1)]).toEqual([0, 0, 0, 0]);
  expect([...rows.line(2)]).toEqual([4, 0, 0, 5]);
  expect([...rows.line(0)]).toEqual([0, 1, 2, 0]);
});

test("cells that the file has in any order are found alike", () => {
  const rows = new CellRows(tableOf(MIXED), 3, 4);
  expect([0, 1, 2].map((row) => [...rows.line(row)])).toEqual([
    [0, 4, 2, 0],
    [0, 0, 0, 0],
    [5, 0, 0, 1],
  ]);
});

test("a place is found as its line has it", () => {
  for (const places of [IN_ORDER, MIXED]) {
    const rows = new CellRows(tableOf(places), 3, 4);
    const found = Array.from({ length: 12 }, (_, position) => rows.at(position));
    expect(found).toEqual([0, 1, 2].flatMap((row) => [...rows.line(row)]));
  }
});

test("cells beyond the rows and columns are left out", () => {
  const rows = new CellRows(tableOf(MIXED), 1, 2);
  expect([...rows.line(0)]).toEqual([0, 4]);
  expect([rows.at(0), rows.at(1)]).toEqual([0, 4]);
});

test("a row is empty if it has no cell", () => {
  const rows = new CellRows(tableOf(MIXED), 3, 4);
  expect([0, 1, 2].map((row) => rows.isEmpty(row))).toEqual([false, true, false]);
});
