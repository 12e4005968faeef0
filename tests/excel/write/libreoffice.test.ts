/** Tests written workbooks against LibreOffice. */

import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { formatRange } from "../../../core/base/range.ts";
import { cellStyle, cellText } from "../../../core/excel/cell.ts";
import { readWorkbook } from "../../../core/excel/read-workbook.ts";
import type { WorkbookLayout } from "../../../core/excel/write/workbook-layout.ts";
import { encodeWorkbook } from "../../../core/excel/write/write-workbook.ts";
import { cellAddress } from "../../support/cell-address.ts";
import { skipped } from "../../support/skipped.ts";
import { sharedFolder } from "../../support/temporary-folder.ts";

const soffice = Bun.which("soffice");
if (soffice === null) skipped("test of what LibreOffice makes of our workbooks", "no LibreOffice");

const folder = sharedFolder("libreoffice").path;

const bold = { font: { bold: true }, fill: { pattern: "solid", foreground: { rgb: "FFFFCC00" } } } as const;
const LAYOUT: WorkbookLayout = {
  sheets: [
    {
      name: "A & B",
      cells: [
        { row: 1, column: 1, value: "Item", style: bold },
        { row: 1, column: 2, value: "Amount", style: bold },
        { row: 2, column: 1, value: " <x> & y\n_x0041_" },
        { row: 2, column: 2, value: 1.5, style: { numberFormat: "0.00" } },
        { row: 3, column: 1, value: new Date("2024-02-29") },
        { row: 3, column: 2, value: { formula: "B2*2", cached: 3 } },
        { row: 4, column: 1, value: true },
        { row: 4, column: 2, value: { error: "#N/A" } },
        { row: 6, column: 1, value: "wide" },
      ],
      merges: [{ top: 6, left: 1, bottom: 7, right: 3 }],
      excelTables: [
        { name: "Items", range: { top: 1, left: 1, bottom: 4, right: 2 }, columns: ["Item", "Amount"] },
      ],
      comments: [{ row: 2, column: 2, author: "Ann", text: "from the invoice" }],
    },
    { name: "Hidden", hidden: true, cells: [] },
  ],
};

test.skipIf(soffice === null)(
  "LibreOffice opens what was written and saves the same again",
  async () => {
    const path = join(folder, "written.xlsx");
    writeFileSync(path, encodeWorkbook(LAYOUT));
    const out = join(folder, "out");
    mkdirSync(out);
    // apart from a running LibreOffice
    const profile = `-env:UserInstallation=${pathToFileURL(join(folder, "profile"))}`;
    const command = [soffice!, profile, "--headless", "--convert-to", "xlsx", "--outdir", out, path];
    const { success, stderr } = Bun.spawnSync(command, { timeout: 60_000 });
    if (!success) throw new Error(`LibreOffice failed: ${stderr}`);

    const { sheets } = await readWorkbook(join(out, "written.xlsx"));
    expect(sheets.map(({ name, state }) => [name, state])).toEqual([
      ["A & B", "visible"],
      ["Hidden", "hidden"],
    ]);
    const sheet = sheets[0]!;
    const texts: Record<string, string> = {};
    const yellow: string[] = [];
    for (let cell = 0; cell < sheet.cells.length; cell++) {
      const address = cellAddress(sheet, cell);
      const text = cellText(sheet, cell);
      if (text !== "") texts[address] = text;
      const { font, fill } = cellStyle(sheet, cell);
      if (font.bold && fill.foreground?.value === 0xffffcc00) yellow.push(address);
    }
    expect(texts).toEqual({
      A1: "Item",
      B1: "Amount",
      A2: " <x> & y\n_x0041_",
      B2: "1.5",
      A3: "2024-02-29",
      B3: "3",
      A4: "TRUE",
      B4: "#N/A",
      A6: "wide",
    });
    expect(yellow).toEqual(["A1", "B1"]);
    expect([0, 1, 2, 3].map((at) => sheet.merges.at(at))).toEqual([6, 1, 7, 3]);
    expect(sheet.tables.map(({ range }) => formatRange(range))).toEqual(["A1:B4"]);
    expect(sheet.comments.map(({ row, column }) => [row, column])).toEqual([[2, 2]]);
  },
  90_000,
);
