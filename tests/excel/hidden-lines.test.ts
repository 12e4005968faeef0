/** Tests which rows and columns count as hidden. */

import { expect, test } from "bun:test";
import { hiddenLines } from "../../core/excel/hidden-lines.ts";
import { readWorkbook } from "../../core/excel/read-workbook.ts";
import { encodeWorkbook } from "../../core/excel/write/write-workbook.ts";
import { filledSheet } from "../support/dataset-folder.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

test("hidden rows and columns are found, and those that only have a size or a style are not", async () => {
  using folder = temporaryFolder("hidden");
  const sheet = {
    ...filledSheet("S", 6, 5),
    hiddenRows: [2, 5, 9], // row 9 has no cells
    hiddenColumns: [1, 3, 4],
    columnWidths: new Map([[2, 30]]),
    rowHeights: new Map([[3, 40]]),
  };
  const path = folder.write("a.xlsx", encodeWorkbook({ sheets: [sheet, filledSheet("T", 3, 3)] }));
  const { sheets } = await readWorkbook(path);
  const [first, second] = sheets.map(hiddenLines);
  expect([[...first!.rows], [...first!.columns]]).toEqual([
    [2, 5, 9],
    [1, 3, 4],
  ]);
  expect([second!.rows.size, second!.columns.size]).toEqual([0, 0]);
});
