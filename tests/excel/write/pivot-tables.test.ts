/** Tests that pivot tables are written whole. */

import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { readWorkbook } from "../../../core/excel/read-workbook.ts";
import type { PivotTableLayout, WorkbookLayout } from "../../../core/excel/write/workbook-layout.ts";
import { encodeWorkbook } from "../../../core/excel/write/write-workbook.ts";
import { skipped } from "../../support/skipped.ts";
import { sharedFolder } from "../../support/temporary-folder.ts";

const soffice = Bun.which("soffice");
if (soffice === null) skipped("test of what LibreOffice makes of our pivot tables", "no LibreOffice");

const folder = sharedFolder("pivot").path;

const SALES: PivotTableLayout = {
  name: "Sales & more",
  range: { top: 3, left: 2, bottom: 6, right: 4 },
  rowField: "Region",
  rowCaption: "Row Labels",
  totalCaption: "Grand Total",
  items: ["East <1>", "West"],
  values: [
    { caption: "Sum of Sales", field: "Sales", amounts: [1.5, null] },
    { caption: "Sum of Units", field: "Units", amounts: [3, 4] },
  ],
};

const COUNTS: PivotTableLayout = {
  ...SALES,
  name: "Counts",
  range: { top: 1, left: 1, bottom: 3, right: 2 },
  totalCaption: null,
  values: [{ caption: "Count of Units", field: "Units", amounts: [2, 1] }],
};

function workbook(...pivotTables: PivotTableLayout[]): WorkbookLayout {
  const value = (row: number, column: number, value: string | number) => ({ row, column, value });
  const cells = pivotTables.flatMap(({ range, rowCaption, items, values }) => [
    value(range.top, range.left, rowCaption),
    ...values.map(({ caption }, at) => value(range.top, range.left + 1 + at, caption)),
    ...items.map((item, at) => value(range.top + 1 + at, range.left, item)),
  ]);
  return {
    sheets: [
      { name: "A & B", cells, pivotTables },
      { name: "Other", cells: [], pivotTables: [COUNTS] },
    ],
  };
}

test("encodeWorkbook() writes pivot tables whose ranges are read back, on every sheet", async () => {
  const bytes = encodeWorkbook(workbook(SALES));
  const { sheets } = await readWorkbook({ name: "pivots.xlsx", bytes });
  expect(sheets.map(({ pivots }) => pivots)).toEqual([[SALES.range], [COUNTS.range]]);
});

test("encodeWorkbook() refuses pivot tables that Excel would: repeated items, fields, names, ranges of another size", () => {
  const refused: [change: Partial<PivotTableLayout>, message: string][] = [
    [{ name: "" }, "no name"],
    [{ items: ["a", "A"] }, "an item is there twice"],
    [{ items: [], values: [] }, "no items or no values"],
    [{ rowField: "units" }, "a field is there twice"],
    [
      { values: SALES.values.map((value) => ({ ...value, caption: value.field })) },
      "a caption is there twice",
    ],
    [{ totalCaption: null }, "has not 3 rows"],
    [{ values: SALES.values.slice(1) }, "has other columns"],
    [{ values: SALES.values.map((value) => ({ ...value, amounts: [1] })) }, "an amount for each item"],
    [{ range: { top: 0, left: 2, bottom: 3, right: 4 } }, "off the sheet"],
  ];
  for (const [change, message] of refused) {
    expect(() => encodeWorkbook(workbook({ ...SALES, ...change }))).toThrow(message);
  }
  const below = { top: 13, left: 2, bottom: 16, right: 4 };
  const twice = workbook(SALES, { ...SALES, name: "SALES & MORE", range: below });
  expect(() => encodeWorkbook(twice)).toThrow("one that is there twice");
});

test.skipIf(soffice === null)(
  "LibreOffice opens the pivot tables that were written as pivot tables",
  () => {
    const path = join(folder, "pivots.xlsx");
    writeFileSync(path, encodeWorkbook(workbook(SALES)));
    // apart from a running LibreOffice
    const profile = `-env:UserInstallation=${pathToFileURL(join(folder, "profile"))}`;
    const command = [soffice!, profile, "--headless", "--convert-to", "fods", "--outdir", folder, path];
    const { success, stderr } = Bun.spawnSync(command, { timeout: 60_000 });
    if (!success) throw new Error(`LibreOffice failed: ${stderr}`);
    const text = readFileSync(join(folder, "pivots.fods"), "utf8");
    const names = [...text.matchAll(/<table:data-pilot-table table:name="([^"]*)"/g)].map(([, name]) => name);
    expect(names.sort()).toEqual(["Counts", "Sales &amp; more"]);
  },
  60_000,
);
