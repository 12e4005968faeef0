/** Tests what is proposed for a sheet: by the network, by blocks, and Excel's own tables. */

import { expect, test } from "bun:test";
import { readWorkbook } from "../../core/excel/read-workbook.ts";
import { encodeWorkbook } from "../../core/excel/write/write-workbook.ts";
import { gridOfSheet } from "../../core/features/load-grids.ts";
import { proposalsOfBlocks, proposalsOfModel } from "../../core/labelling/find-proposals.ts";
import { filledSheet } from "../support/dataset-folder.ts";

const TABLE = { top: 1, left: 1, bottom: 4, right: 3 };

async function sheetToSearch() {
  const plain = filledSheet("S", 4, 3);
  const header = plain.cells.map((cell) => (cell.row === 1 ? { ...cell, value: `h${cell.column}` } : cell));
  const other = [7, 8].flatMap((row) => [1, 2].map((column) => ({ row, column, value: 1 })));
  const layout = {
    ...plain,
    cells: [...header, ...other],
    excelTables: [
      { name: "T", range: TABLE, columns: ["h1", "h2", "h3"], hasHeader: true, hasTotals: false },
    ],
  };
  const bytes = encodeWorkbook({ sheets: [layout] });
  const workbook = await readWorkbook({ name: "a.xlsx", bytes });
  const looked = gridOfSheet(workbook.sheets[0]!, workbook, null);
  return { ...looked, grid: looked.grid!, template: "", label: "a.xlsx/S" };
}

test("Excel's own tables are marked, without a score, and replace what the network says there", async () => {
  const sheet = await sheetToSearch();
  const second = { top: 7, left: 1, bottom: 8, right: 2 };
  const examine = async () => [
    {
      tables: [
        { range: second, score: 0.7 },
        { range: { ...TABLE, bottom: 3 }, score: 0.9 },
      ],
      doubt: 0.4,
    },
  ];
  const [found] = await proposalsOfModel({ examine })([sheet]);
  expect(found).toEqual({
    tables: [
      { range: "A1:C4", score: null, source: "excel_table" },
      { range: "A7:B8", score: 0.7, source: "model" },
    ],
    doubt: 0.4,
  });
});

test("blocks have no score, and one doubt for all", async () => {
  const [found] = await proposalsOfBlocks([await sheetToSearch()]);
  expect(found).toEqual({
    tables: [
      { range: "A1:C4", score: null, source: "excel_table" },
      { range: "A7:B8", score: null, source: "blocks" },
    ],
    doubt: 0.5,
  });
});
