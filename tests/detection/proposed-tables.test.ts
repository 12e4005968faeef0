/** Tests which proposals are marked as objects of the workbook. */

import { expect, test } from "bun:test";
import { formatRange, parseRange } from "../../core/base/range.ts";
import type { ObjectSheet } from "../../core/detection/excel-objects.ts";
import { proposedByBlocks, proposedByModel } from "../../core/detection/proposed-tables.ts";
import { readWorkbook } from "../../core/excel/read-workbook.ts";
import { encodeWorkbook } from "../../core/excel/write/write-workbook.ts";
import { featuriseSheet } from "../../core/features/featurise.ts";
import { filledSheet } from "../support/dataset-folder.ts";

const range = (text: string) => parseRange(text)!;

async function sheet(tables: string[], pivots: string[]): Promise<ObjectSheet> {
  const bytes = encodeWorkbook({ sheets: [filledSheet("S", 20, 8)] });
  const { sheets } = await readWorkbook({ name: "a.xlsx", bytes });
  const { grid } = featuriseSheet(sheets[0]!, "a.xlsx", { maxRows: 100, maxCols: 100 });
  return { grid: grid!, tables: tables.map(range), pivots: pivots.map(range) };
}

const shown = (tables: ReturnType<typeof proposedByModel>) =>
  tables.map(({ range: each, score, source }) => [formatRange(each), score, source]);

test("proposedByModel() takes objects before the network's tables in their place, and says what each is", async () => {
  const objects = await sheet(["A1:C6", "H20"], ["E1:G6"]); // a single cell is no table
  const predicted = ["A1:C7", "A10:C20"].map((text) => ({ range: range(text), score: 0.9 }));
  expect(shown(proposedByModel(objects, predicted))).toEqual([
    ["A1:C6", 1, "excel_table"],
    ["E1:G6", 1, "pivot_table"],
    ["A10:C20", 0.9, "model"],
  ]);
});

test("proposedByBlocks() leaves the blocks as they are, and marks those that are objects", async () => {
  const objects = await sheet(["A1:C6"], ["E1:G6"]);
  expect(shown(proposedByBlocks(objects, ["A1:C6", "E1:G6", "E1:G7"].map(range)))).toEqual([
    ["A1:C6", null, "excel_table"],
    ["E1:G6", null, "pivot_table"],
    ["E1:G7", null, "blocks"],
  ]);
});
