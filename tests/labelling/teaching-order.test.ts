/** Tests which sheet is labelled next: by doubt, and by template. */

import { expect, test } from "bun:test";
import { readWorkbook } from "../../core/excel/read-workbook.ts";
import type { CellValue } from "../../core/excel/write/workbook-layout.ts";
import { encodeWorkbook } from "../../core/excel/write/write-workbook.ts";
import { sheetTemplate } from "../../core/labelling/sheet-template.ts";
import { type RankedSheet, teachingOrder } from "../../core/labelling/teaching-order.ts";

const sheet = (id: string, doubt: number | null, template: string, state: RankedSheet["state"] = "open") => ({
  id,
  doubt,
  template,
  state,
});

test("the largest doubt comes first, and one sheet of each template before the second of any", () => {
  const sheets = [
    sheet("sure", 0.1, "x"),
    sheet("unknown", null, ""),
    sheet("second of y", 0.8, "y"),
    sheet("first of y", 0.9, "y"),
    sheet("third of y", 0.7, "y"),
    sheet("alone", 0.2, "z"),
  ];
  const order = ["first of y", "alone", "sure", "second of y", "third of y", "unknown"];
  expect(teachingOrder(sheets)).toEqual(order);
});

test("labelled sheets count as the first ones of their template", () => {
  const sheets = [sheet("open", 0.9, "x"), sheet("done", 0.1, "x", "labelled"), sheet("other", 0.2, "y")];
  expect(teachingOrder(sheets)).toEqual(["other", "done", "open"]);
});

test("sheets without a known template are not taken for each other's copies", () => {
  const sheets = [sheet("a", 0.5, ""), sheet("b", 0.9, ""), sheet("c", 0.7, "x")];
  expect(teachingOrder(sheets)).toEqual(["b", "c", "a"]);
});

async function templateOf(rows: readonly (readonly CellValue[])[], name = "S"): Promise<string> {
  const cells = rows.flatMap((values, row) =>
    values.map((value, column) => ({ row: row + 1, column: column + 1, value })),
  );
  const bytes = encodeWorkbook({ sheets: [{ name, cells }] });
  return sheetTemplate((await readWorkbook({ name: "a.xlsx", bytes })).sheets[0]!);
}

/** A monthly report. */
const report = (month: string, sums: readonly number[]) => [
  [`Report of ${month}`],
  ["Item", "Sum", "Share"],
  ...Array.from({ length: 8 }, (_, at) => [`Item ${at}`, sums[at % sums.length]!, 0.5]),
];

test("reports with other numbers, dates and lengths are of one template; another header is not", async () => {
  const may = await templateOf(report("2024-05", [1, 2]));
  expect(await templateOf([...report("2025-11", [700, 800]), ["Item 9", 3, 0.1]], "Other")).toBe(may);
  const other = report("2024-05", [1, 2]).with(1, ["Item", "Count", "Share"]);
  expect(await templateOf(other)).not.toBe(may);
  expect(await templateOf([])).toBe("");
});
