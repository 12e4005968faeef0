/** Tests how tables are joined and split at blank rows and columns. */

import { expect, test } from "bun:test";
import { formatRange } from "../../core/base/range.ts";
import { type BlankLineRule, blankLines } from "../../core/detection/blank-lines.ts";
import { picture, ranges } from "../support/picture.ts";

const OFF: BlankLineRule = { join: null, split: null };

/** `A1:B2 0.9`, … */
function applied(
  rows: readonly string[],
  tables: string,
  rules: { rows?: Partial<BlankLineRule>; columns?: Partial<BlankLineRule> },
  fixed = "",
): string {
  const found = ranges(tables).map((range, at) => ({ range, score: 0.9 - at / 10 }));
  return blankLines(picture(...rows), {
    rows: { ...OFF, ...rules.rows },
    columns: { ...OFF, ...rules.columns },
  })
    .apply(found, ranges(fixed))
    .map(({ range, score }) => `${formatRange(range)} ${score.toFixed(1)}`)
    .join(", ");
}

const STACKED = ["xxx", "999", "...", "...", "xx.", "99."];

test("tables are joined where at most so many blank rows part them; the lower score counts", () => {
  expect(applied(STACKED, "A1:C2 A5:B6", { rows: { join: 2 } })).toBe("A1:C6 0.8");
  expect(applied(STACKED, "A1:C2 A5:B6", { rows: { join: 1 } })).toBe("A1:C2 0.9, A5:B6 0.8");
  expect(applied(["xx", "99", "xx", "99"], "A1:B2 A3:B4", { rows: { join: 0 } })).toBe("A1:B4 0.8");
});

test("tables are not joined across content, across columns of their own, or over a third table", () => {
  const titled = ["xxx", "999", "x..", "...", "xx.", "99."];
  expect(applied(titled, "A1:C2 A5:B6", { rows: { join: 2 } })).toBe("A1:C2 0.9, A5:B6 0.8");
  const shifted = ["xx.", "99.", "...", ".xx", ".99"];
  expect(applied(shifted, "A1:B2 B4:C5", { rows: { join: 2 } })).toBe("A1:B2 0.9, B4:C5 0.8");
  const beside = ["xxx", "999", "...", "x.9", "9.9"];
  expect(applied(beside, "A1:C2 A4:A5 C4:C5", { rows: { join: 1 } })).toBe("A1:C2 0.9, A4:A5 0.8, C4:C5 0.7");
  expect(applied(beside, "A1:C2 A4:A5", { rows: { join: 1 } }, "C4:C5")).toBe("A1:C2 0.9, A4:A5 0.8");
  expect(applied(STACKED, "A1:C4 A4:B6", { rows: { join: 9 } })).toBe("A1:C4 0.9, A4:B6 0.8");
});

test("three blocks become one table, the nearest two first", () => {
  const blocks = ["xx", "99", "..", "xx", "99", "..", "..", "xx", "99"];
  expect(applied(blocks, "A8:B9 A1:B2 A4:B5", { rows: { join: 2 } })).toBe("A1:B9 0.7");
  expect(applied(blocks, "A8:B9 A1:B2 A4:B5", { rows: { join: 1 } })).toBe("A8:B9 0.9, A1:B5 0.7");
});

test("thousands of tables on one sheet are joined too", () => {
  // Minutes if each join compares all tables with each other anew.
  const blocks = 2000;
  const rows = Array.from({ length: blocks }, () => ["x", "."]).flat();
  const tables = Array.from({ length: blocks }, (_, at) => `A${2 * at + 1}:A${2 * at + 1}`).join(" ");
  expect(applied(rows, tables, { rows: { join: 1 } })).toStartWith(`A1:A${2 * blocks - 1} `);
});

test("a table is split at so many blank rows or more, and its parts are tight", () => {
  expect(applied(STACKED, "A1:C6", { rows: { split: 2 } })).toBe("A1:C2 0.9, A5:B6 0.9");
  expect(applied(STACKED, "A1:C6", { rows: { split: 3 } })).toBe("A1:C6 0.9");
  const spaced = ["xx", "..", "99", "..", "..", "99"];
  expect(applied(spaced, "A1:B6", { rows: { split: 2 } })).toBe("A1:B3 0.9, A6:B6 0.9");
  expect(applied(spaced, "A1:B6", { rows: { split: 1 } })).toBe("A1:B1 0.9, A3:B3 0.9, A6:B6 0.9");
});

test("blank rows at the edge of a table are cut off only where there are so many; a blank table stays", () => {
  const prepared = ["..", "xx", "99", "..", ".."];
  expect(applied(prepared, "A1:B5", { rows: { split: 2 } })).toBe("A2:B3 0.9");
  expect(applied(prepared, "A1:B5", { rows: { split: 3 } })).toBe("A1:B5 0.9");
  expect(applied(["xx", "..", ".."], "A2:B3", { rows: { split: 1 } })).toBe("A2:B3 0.9");
});

test("two tables that split into the same part give it once, with the better score", () => {
  expect(applied(STACKED, "A1:C6 A1:C4", { rows: { split: 2 } })).toBe("A1:C2 0.9, A5:B6 0.9");
});

test("columns follow the same rules, and both axes and both rules work together", () => {
  const wide = ["xx..xx", "99..99", "99..9."];
  expect(applied(wide, "A1:B3 E1:F3", { columns: { join: 2 } })).toBe("A1:F3 0.8");
  expect(applied(wide, "A1:F3", { columns: { split: 2 } })).toBe("A1:B3 0.9, E1:F3 0.9");
  const page = ["xx.xx", "99.99", ".....", ".....", ".....", "xx.xx", "99.99"];
  const both = { rows: { join: 1, split: 2 }, columns: { join: 1, split: 2 } };
  expect(applied(page, "A1:E7", both)).toBe("A1:E2 0.9, A6:E7 0.9");
  expect(applied(page, "A1:B7 D1:E2", both)).toBe("A6:B7 0.9, A1:E2 0.8");
});
