/** Tests the tables of a budget: that they touch only where a header shows where each begins. */

import { describe, expect, test } from "bun:test";
import { randomStream } from "../../../core/base/random.ts";
import type { Range } from "../../../core/base/range.ts";
import { SheetAuthor } from "../../../core/synthesis/blocks/sheet-author.ts";
import { sectionsSheet } from "../../../core/synthesis/blocks/table-arrangements.ts";
import { drawLook, type Look } from "../../../core/synthesis/looks/look.ts";
import { StylePool } from "../../../core/synthesis/looks/style-pool.ts";
import { SheetCanvas } from "../../../core/synthesis/sheet/sheet-canvas.ts";
import { DEFAULT_SHEET_LIMITS } from "../../../core/synthesis/sheet/sheet-limits.ts";
import { DOMAINS } from "../../../core/synthesis/vocabulary/domains.ts";

interface Drawn {
  readonly canvas: SheetCanvas;
  readonly tables: readonly Range[];
  /** Whether the headers are formatted. */
  readonly isStyled: boolean;
}

const SHEETS = 400;

/** @param change Makes another look of the one that is drawn. */
function draw(index: number, change: (look: Look) => Look): Drawn {
  const random = randomStream(3, "sections", index);
  const look = change(drawLook(random));
  const author = new SheetAuthor(random, random.pick(DOMAINS), look, DEFAULT_SHEET_LIMITS, "T");
  const canvas = new SheetCanvas(new StylePool());
  const tables: Range[] = [];
  sectionsSheet(author).draw({ canvas, tables }, 1, 1);
  return { canvas, tables, isStyled: look.header !== undefined };
}

const sheets = Array.from({ length: SHEETS }, (_, index) => draw(index, (look) => look));
/** Nothing on these is formatted, so that no formatted cells lie between two tables. */
const plainSheets = Array.from({ length: SHEETS }, (_, index) =>
  draw(index, (look) => ({ ...look, header: undefined, body: undefined, borders: "none" })),
);

/** Rows between each table and the next one. */
const gapsOf = (tables: readonly Range[]): number[] =>
  tables.slice(1).map(({ top }, at) => top - tables[at]!.bottom - 1);

const touch = ({ tables }: Drawn): boolean => gapsOf(tables).includes(0);

/** Without merged cells, a value stands in each column of its own. */
const isUnmerged = ({ canvas }: Drawn): boolean => canvas.merges.length === 0;

function valuesOf({ canvas }: Drawn, row: number, { left, right }: Range): unknown[] {
  return Array.from({ length: right - left + 1 }, (_, at) => canvas.valueAt(row, left + at));
}

/** Whether texts stand over numbers in at least half of the columns. */
function hasTextsOverNumbers(sheet: Drawn, table: Range): boolean {
  const isNumber = (value: unknown) => typeof value === "number";
  const [header, first] = [table.top, table.top + 1].map((row) => valuesOf(sheet, row, table));
  return !header!.some(isNumber) && first!.filter(isNumber).length * 2 >= first!.length;
}

describe("sectionsSheet()", () => {
  test("draws two to seven tables below one another that begin in one column and do not overlap", () => {
    for (const { tables } of sheets) {
      expect(tables.length).toBeWithin(2, 8);
      expect(new Set(tables.map(({ left }) => left)).size).toBe(1);
      for (const gap of gapsOf(tables)) expect(gap).toBeGreaterThanOrEqual(0);
    }
  });

  test("leaves the same gap between all tables of a sheet: none, one row or two", () => {
    const gaps = plainSheets.map(({ tables }) => [...new Set(gapsOf(tables))]);
    for (const each of gaps) expect(each).toHaveLength(1);
    expect(new Set(gaps.flat())).toEqual(new Set([0, 1, 2]));
  });

  test("gives every table the same columns and headings, the heading of the first column apart", () => {
    const unmerged = sheets.filter(isUnmerged);
    expect(unmerged.length).toBeGreaterThan(SHEETS / 10);
    for (const sheet of unmerged) {
      const headings = sheet.tables.map((table) => valuesOf(sheet, table.top, table).slice(1));
      for (const each of headings) expect(each).toEqual(headings[0]!);
    }
  });

  test("lets tables without formatted headers touch only where texts over numbers show each header", () => {
    const touching = plainSheets.filter((sheet) => isUnmerged(sheet) && touch(sheet));
    expect(touching.length).toBeGreaterThan(SHEETS / 20);
    const hidden = touching.filter((sheet) =>
      sheet.tables.some((table) => !hasTextsOverNumbers(sheet, table)),
    );
    expect(hidden).toEqual([]);
  });

  test("lets tables with formatted headers touch whatever their cells hold", () => {
    const touching = sheets.filter((sheet) => isUnmerged(sheet) && sheet.isStyled && touch(sheet));
    const bare = touching.filter((sheet) => sheet.tables.some((table) => !hasTextsOverNumbers(sheet, table)));
    expect(bare.length).toBeGreaterThan(0);
  });
});
