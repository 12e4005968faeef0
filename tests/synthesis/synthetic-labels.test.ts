/** Tests the rules that generated workbooks and their labels keep, and that a seed gives the same ones. */

import { expect, test } from "bun:test";
import { formatRange, type Range } from "../../core/base/range.ts";
import { SYNTHETIC_SEED } from "../../core/dataset/synthetic-dataset.ts";
import { checkLayout } from "../../core/excel/write/check-layout.ts";
import type { SheetLayout } from "../../core/excel/write/workbook-layout.ts";
import { GENERATOR_VERSION, generateWorkbook } from "../../core/synthesis/generate-workbook.ts";

/** Enough for every kind of sheet to come many times. */
const WORKBOOKS = 400;

interface Drawn {
  readonly place: string;
  readonly sheet: SheetLayout;
  readonly tables: readonly Range[];
  /** Whether a value is seen at a cell: its own, or that of the merge it lies in. */
  shows(row: number, column: number): boolean;
}

const drawn: Drawn[] = [];
for (let index = 0; index < WORKBOOKS; index++) {
  const { layout, tables } = generateWorkbook(7, index);
  for (const [at, sheet] of layout.sheets.entries())
    drawn.push(look(`workbook ${index}, ${sheet.name}`, sheet, tables[at]!));
}

function look(place: string, sheet: SheetLayout, tables: readonly Range[]): Drawn {
  const seen = new Set<string>();
  for (const { row, column, value } of sheet.cells)
    if (value !== null && value !== "") seen.add(`${row} ${column}`);
  for (const merge of sheet.merges ?? []) {
    if (!seen.has(`${merge.top} ${merge.left}`)) continue;
    for (const [row, column] of places(merge)) seen.add(`${row} ${column}`);
  }
  return { place, sheet, tables, shows: (row, column) => seen.has(`${row} ${column}`) };
}

function places({ top, left, bottom, right }: Range): [row: number, column: number][] {
  const result: [number, number][] = [];
  for (let row = top; row <= bottom; row++)
    for (let column = left; column <= right; column++) result.push([row, column]);
  return result;
}

function isInside({ top, left, bottom, right }: Range, row: number, column: number): boolean {
  return row >= top && row <= bottom && column >= left && column <= right;
}

/** The places (workbook, sheet, table) where a rule does not hold. */
function breaches(rule: (drawn: Drawn, table: Range) => boolean): string[] {
  return drawn.flatMap((each) =>
    each.tables.filter((table) => !rule(each, table)).map((table) => `${each.place}, ${formatRange(table)}`),
  );
}

test("generateWorkbook() makes workbooks that Excel opens", () => {
  for (let index = 0; index < WORKBOOKS; index++)
    expect(() => checkLayout(generateWorkbook(7, index).layout)).not.toThrow();
});

test("generateWorkbook() gives the same workbook for the same seed and number, another one for another", () => {
  expect(generateWorkbook(7, 3)).toEqual(generateWorkbook(7, 3));
  expect(generateWorkbook(7, 3)).not.toEqual(generateWorkbook(7, 4));
  expect(generateWorkbook(7, 3)).not.toEqual(generateWorkbook(8, 3));
});

test("generated tables have at least a header and two rows, three in one column, or one under three columns and more", () => {
  const least = (width: number) => (width === 1 ? 4 : width === 2 ? 3 : 2);
  expect(breaches((_, { top, left, bottom, right }) => bottom - top + 1 >= least(right - left + 1))).toEqual(
    [],
  );
});

test("generated tables are labelled tightly: no outer row or column is empty, but for framed rows at the end", () => {
  const isEmpty = ({ shows, sheet }: Drawn, range: Range) => {
    const isFramed = sheet.cells.some(
      ({ row, column, style }) => row === range.bottom && isInside(range, row, column) && style?.border?.left,
    );
    return (
      !places(range).some(([row, column]) => shows(row, column)) && !(isFramed && range.top === range.bottom)
    );
  };
  expect(
    breaches(
      (each, table) =>
        !isEmpty(each, { ...table, bottom: table.top }) &&
        !isEmpty(each, { ...table, top: table.bottom }) &&
        !isEmpty(each, { ...table, right: table.left }) &&
        !isEmpty(each, { ...table, left: table.right }),
    ),
  ).toEqual([]);
});

test("a generated table does not overlap another one, and may only touch one beside it with another height", () => {
  expect(
    breaches(({ tables }, table) =>
      tables.every(
        (other) =>
          other === table ||
          other.top > table.bottom ||
          table.top > other.bottom ||
          other.left > table.right ||
          table.left > other.right,
      ),
    ),
  ).toEqual([]);
  expect(
    breaches(({ tables }, table) =>
      tables.every((other) => {
        const isBeside =
          other.left === table.right + 1 && other.top <= table.bottom && table.top <= other.bottom;
        return !isBeside || other.bottom - other.top !== table.bottom - table.top;
      }),
    ),
  ).toEqual([]);
});

test("a table that touches the one above it begins with a header: formatted, or texts over numbers", () => {
  expect(
    breaches(({ sheet, tables }, table) => {
      const above = tables.find(
        (other) => other.bottom === table.top - 1 && other.left <= table.right && table.left <= other.right,
      );
      if (!above) return true;
      const header = sheet.cells.filter(({ row, column }) =>
        isInside({ ...table, bottom: table.top }, row, column),
      );
      const isFormatted = header.some(({ style }) => style?.font || style?.fill || style?.border);
      const below = sheet.cells.filter(({ row, column }) =>
        isInside({ ...table, top: table.top + 1, bottom: table.top + 1 }, row, column),
      );
      const isText = header.every(({ value }) => typeof value !== "number");
      const numbers = below.filter(({ value }) => typeof value === "number").length;
      const isTold = isText && numbers * 2 >= table.right - table.left;
      return isFormatted || isTold || above.bottom - above.top === table.bottom - table.top;
    }),
  ).toEqual([]);
});

test("merged cells lie wholly inside a generated table or wholly outside of all", () => {
  expect(
    breaches(({ sheet }, table) =>
      sheet.merges!.every((merge) => {
        const inside = places(merge).filter(([row, column]) => isInside(table, row, column)).length;
        return inside === 0 || inside === places(merge).length;
      }),
    ),
  ).toEqual([]);
});

test("an Excel table of a generated sheet is one of its labels", () => {
  const found = drawn.flatMap(({ place, sheet, tables }) =>
    sheet.excelTables!.map(({ range }) => ({
      place,
      isLabel: tables.some((table) => formatRange(table) === formatRange(range)),
    })),
  );
  expect(found.length).toBeGreaterThan(10);
  expect(found.filter(({ isLabel }) => !isLabel)).toEqual([]);
});

test("a pivot table of a generated sheet is one of its labels", () => {
  const found = drawn.flatMap(({ sheet, tables }) =>
    sheet.pivotTables!.map(({ range }) => tables.some((table) => formatRange(table) === formatRange(range))),
  );
  expect(found.length).toBeGreaterThan(10);
  expect(found).not.toContain(false);
});

test("outside of the tables there are no blocks of many rows and columns that could pass for tables", () => {
  const wrong = drawn.filter(({ sheet, tables }) => {
    const outside = sheet.cells.filter(
      ({ row, column, value }) => value !== null && !tables.some((table) => isInside(table, row, column)),
    );
    const taken = new Set(outside.map(({ row, column }) => `${row} ${column}`));
    const isFull = (top: number, left: number) =>
      places({ top, left, bottom: top + 5, right: left + 3 }).every(([row, column]) =>
        taken.has(`${row} ${column}`),
      );
    return outside.some(({ row, column }) => isFull(row, column));
  });
  expect(wrong.map(({ place }) => place)).toEqual([]);
});

test("what touches the right side of a generated table is a lone cell, no column of it", () => {
  expect(
    breaches(({ shows, tables }, table) => {
      const touching = places({ ...table, left: table.right + 1, right: table.right + 1 }).filter(
        ([row, column]) => shows(row, column) && !tables.some((other) => isInside(other, row, column)),
      );
      return touching.length * 3 <= Math.max(3, table.bottom - table.top);
    }),
  ).toEqual([]);
});

test("the sheets vary as the data set promises: sizes, tables per sheet, sheets without any, styles from none to heavy", () => {
  const share = (holds: (each: Drawn) => boolean) => drawn.filter(holds).length / drawn.length;
  expect(share(({ tables }) => tables.length === 0)).toBeWithin(0.015, 0.08);
  expect(share(({ tables }) => tables.length === 1)).toBeWithin(0.55, 0.75);
  expect(share(({ tables }) => tables.length > 1)).toBeWithin(0.2, 0.4);
  expect(share(({ tables }) => tables.some((a) => tables.some((b) => b.left > a.right)))).toBeWithin(
    0.1,
    0.25,
  );
  expect(share(({ sheet }) => sheet.merges!.length > 0)).toBeWithin(0.15, 0.45);
  const isPlain = ({ sheet }: Drawn) =>
    !sheet.cells.some(({ style }) => style?.font?.bold || style?.fill || style?.border);
  expect(share(isPlain)).toBeWithin(0.18, 0.42);
  expect(share(({ sheet }) => sheet.cells.some(({ style }) => style?.fill?.pattern === "solid"))).toBeWithin(
    0.2,
    0.5,
  );
  expect(share(({ sheet }) => sheet.cells.some(({ style }) => style?.border))).toBeWithin(0.3, 0.7);
  expect(share(({ sheet }) => sheet.cells.some(({ value }) => value instanceof Date))).toBeWithin(0.15, 0.6);
  expect(share(({ sheet }) => (sheet.excelTables ?? []).length > 0)).toBeWithin(0.07, 0.3);
  const isFormula = (value: unknown) => value !== null && typeof value === "object" && "formula" in value;
  expect(share(({ sheet }) => sheet.cells.some(({ value }) => isFormula(value)))).toBeWithin(0.12, 0.5);
  const size = (of: (cell: { row: number; column: number }) => number) =>
    drawn.map(({ sheet }) => Math.max(...sheet.cells.filter(({ value }) => value !== null).map(of)));
  const heights = size(({ row }) => row);
  const widths = size(({ column }) => column);
  const within = (values: number[], low: number, high: number) =>
    values.filter((value) => value >= low && value <= high).length / values.length;
  expect(within(heights, 2, 6)).toBeGreaterThan(0.05);
  expect(within(heights, 7, 120)).toBeGreaterThan(0.6);
  expect(within(heights, 121, 600)).toBeGreaterThan(0.02);
  expect(within(widths, 1, 2)).toBeGreaterThan(0.05);
  expect(within(widths, 30, 120)).toBeGreaterThan(0.02);
  expect(Math.max(...heights)).toBeLessThan(1000);
});

test("the generator's version is raised with what it generates", () => {
  const hash = new Bun.CryptoHasher("md5");
  for (let index = 0; index < 20; index++)
    hash.update(JSON.stringify(generateWorkbook(SYNTHETIC_SEED, index)));
  // A change here means that existing data sets have to be written anew: raise GENERATOR_VERSION with it.
  expect([GENERATOR_VERSION, hash.digest("hex")]).toEqual([3, "a42f17558390fb07dac6b42167d4169a"]);
});
